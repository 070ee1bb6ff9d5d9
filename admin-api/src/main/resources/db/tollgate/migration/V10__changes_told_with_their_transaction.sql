-- A notification names the transaction too, so that a gateway does not act again on what its next poll of the log finds.
CREATE OR REPLACE FUNCTION tollgate.note_change(changed text) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- Once a transaction and target is enough; NOTIFY folds its repetitions itself.
  IF NOT EXISTS (SELECT FROM tollgate.change WHERE xid = pg_current_xact_id() AND target = changed) THEN
    INSERT INTO tollgate.change (target) VALUES (changed);
  END IF;
  PERFORM pg_notify('tollgate_change', changed || ' ' || pg_current_xact_id());
END
$$;
