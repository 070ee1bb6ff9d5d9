package dev.tollgate.gateway.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.pipeline.Protocol;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What providers count beside plain tokens, cut in every way. */
class UsageDetailsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // Anthropic: cache for an hour, searches
        "ANTHROPIC | {'usage':{'input_tokens':4,'cache_creation_input_tokens':30,'cache_creation':{'ephemeral_5m_input_tokens':10,'ephemeral_1h_input_tokens':20},'output_tokens':5,'server_tool_use':{'web_search_requests':2}}} | 20 0 0 0 0 2 0 0",
        // chat with sound
        "OPENAI | {'usage':{'prompt_tokens':50,'completion_tokens':9,'prompt_tokens_details':{'audio_tokens':40,'image_tokens':3},'completion_tokens_details':{'audio_tokens':7}}} | 0 40 3 7 0 0 0 0",
        // realtime
        "OPENAI | {'type':'response.done','response':{'usage':{'input_tokens':50,'output_tokens':9,'input_token_details':{'audio_tokens':40,'text_tokens':10},'output_token_details':{'audio_tokens':7}}}} | 0 40 0 7 0 0 0 0",
        // images
        "OPENAI | {'usage':{'input_tokens':40,'output_tokens':60,'input_tokens_details':{'text_tokens':10,'image_tokens':30},'output_tokens_details':{'image_tokens':60}}} | 0 0 30 0 60 0 0 0",
        // transcriptions
        "OPENAI | {'text':'hi','usage':{'type':'tokens','input_tokens':14,'input_token_details':{'audio_tokens':14},'output_tokens':1}} | 0 14 0 0 0 0 0 0",
        "OPENAI | {'text':'hi','usage':{'type':'duration','seconds':4}} | 0 0 0 0 0 0 4 0",
        // Gemini: each list is the whole of it
        "GEMINI | [{'usageMetadata':{'promptTokenCount':1,'promptTokensDetails':[{'modality':'AUDIO','tokenCount':1}]}},{'usageMetadata':{'promptTokenCount':90,'candidatesTokenCount':1300,'promptTokensDetails':[{'modality':'TEXT','tokenCount':5},{'modality':'AUDIO','tokenCount':75},{'modality':'IMAGE','tokenCount':10}],'candidatesTokensDetails':[{'modality':'TEXT','tokenCount':10},{'modality':'IMAGE','tokenCount':1290}]}}] | 0 75 10 0 1290 0 0 0",
        // made images, in whatever form; edits and variations answer alike
        "OPENAI | {'created':1,'data':[{'b64_json':'aGk=','revised_prompt':'x'},{'b64_json':'aG8='}]} | 0 0 0 0 0 0 0 2",
        "OPENAI | {'created':1,'data':[{'url':'https://x/1','b64_json':null},{'url':'https://x/2'},{'url':'https://x/3'}]} | 0 0 0 0 0 0 0 3",
        "OPENAI | {'data':[{'url':'https://x/1','b64_json':'aGk='}]} | 0 0 0 0 0 0 0 1",
        "GEMINI | {'predictions':[{'mimeType':'image/png','bytesBase64Encoded':'aGk='},{'raiFilteredReason':'no'}]} | 0 0 0 0 0 0 0 1",
        "PASS_THROUGH | {'data':[{'url':'https://x/1'}]} | 0 0 0 0 0 0 0 1",
        // nothing of it
        "OPENAI | {'object':'list','data':[{'embedding':[0.5,'b64_json'],'index':0}],'usage':{'prompt_tokens':1}} | 0 0 0 0 0 0 0 0",
        "OPENAI | {'usage':{'prompt_tokens':1,'completion_tokens':1}} | 0 0 0 0 0 0 0 0",
      })
  void areRead(Protocol protocol, String body, String expected) {
    byte[] answer = body.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    Cuts.of(answer)
        .forEach(parts -> {
          UsageReader reader = UsageReaders.forAnswer(protocol, "application/json", null);
          assertThat(text(Cuts.read(reader, parts).details())).isEqualTo(expected);
        });
  }

  private static String text(UsageDetails details) {
    return "%d %d %d %d %d %d %d %d"
        .formatted(
            details.cacheWriteLong(),
            details.audioInput(),
            details.imageInput(),
            details.audioOutput(),
            details.imageOutput(),
            details.webSearches(),
            details.audioSeconds(),
            details.images());
  }

  @Test
  void addUp() {
    assertThat(
            new UsageDetails(1, 2, 3, 4, 5, 6, 7, 8, 9)
                .plus(new UsageDetails(10, 20, 30, 40, 50, 60, 70, 80, 90)))
        .isEqualTo(new UsageDetails(11, 22, 33, 44, 55, 66, 77, 88, 99));
  }
}
