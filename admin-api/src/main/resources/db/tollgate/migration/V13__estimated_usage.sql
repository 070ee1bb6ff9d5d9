-- Of an answer that was cut nobody but the gateway has counted the tokens; the row says so.
ALTER TABLE tollgate.usage_event ADD COLUMN estimated boolean;
CREATE OR REPLACE VIEW gateway_v1.usage_event AS SELECT * FROM tollgate.usage_event;

-- Rows are stored by gateway_v1.store_usage, with what they cost.
REVOKE INSERT, SELECT ON gateway_v1.usage_event FROM tollgate_gateway;
