package dev.tollgate.gateway.usage;

import static dev.tollgate.gateway.usage.UsageField.FILE_SEARCHES;
import static dev.tollgate.gateway.usage.UsageField.LISTED_ACTION;
import static dev.tollgate.gateway.usage.UsageField.LISTED_ITEM;
import static dev.tollgate.gateway.usage.UsageField.OTHER_SEARCHES;
import static dev.tollgate.gateway.usage.UsageField.PASSED_ACTION;
import static dev.tollgate.gateway.usage.UsageField.PASSED_ITEM;
import static dev.tollgate.gateway.usage.UsageField.SEARCH_QUERY;
import static dev.tollgate.gateway.usage.UsageField.WEB_SEARCHES;

/** Where answers tell what tools of the provider did that are charged by the call. */
final class ToolVocabulary {

  private ToolVocabulary() {}

  static void openAi(UsagePath root) {
    calls(root.at("output[]"), LISTED_ITEM, LISTED_ACTION);
    calls(root.at("response.output[]"), LISTED_ITEM, LISTED_ACTION);
    calls(root.at("item"), PASSED_ITEM, PASSED_ACTION);
    root.at("tool_usage.web_search.num_requests").means(WEB_SEARCHES);
    root.at("response.tool_usage.web_search.num_requests").means(WEB_SEARCHES);
    serverSide(root.at("usage"));
    serverSide(root.at("response.usage"));
  }

  private static void calls(UsagePath item, UsageField type, UsageField action) {
    item.at("type").means(type);
    item.at("action.type").means(action);
  }

  /** xAI. */
  private static void serverSide(UsagePath usage) {
    UsagePath calls = usage.at("server_side_tool_usage_details");
    calls.at("web_search_calls").means(WEB_SEARCHES);
    calls.at("x_search_calls").means(OTHER_SEARCHES);
    calls.at("file_search_calls").means(FILE_SEARCHES);
  }

  static void anthropic(UsagePath usage) {
    usage.at("server_tool_use.web_search_requests").means(WEB_SEARCHES);
  }

  static void gemini(UsagePath root) {
    root.at("candidates[].groundingMetadata.webSearchQueries[]").means(SEARCH_QUERY);
  }
}
