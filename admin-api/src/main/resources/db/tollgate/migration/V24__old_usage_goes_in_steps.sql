-- Usage that is too old goes in steps: each fits into the time of a statement and the server's table of locks, however much
-- there is at once, after a shorter time was set or the admin API was away.

-- Drops whole days that ended before this instant, the oldest fifty of them, and gives how many.
CREATE OR REPLACE FUNCTION tollgate.drop_usage_days(before timestamptz) RETURNS integer
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
  name text;
  dropped integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('tollgate.usage_event'));
  FOR name IN SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
               WHERE i.inhparent = 'tollgate.usage_event'::regclass AND c.relname ~ '^usage_event_[0-9]{8}$'
                 AND to_date(right(c.relname, 8), 'YYYYMMDD') + 1 <= before
               ORDER BY c.relname LIMIT 50 LOOP
    EXECUTE format('DROP TABLE tollgate.%I', name);
    dropped := dropped + 1;
  END LOOP;
  RETURN dropped;
END
$$;

-- Deletes rows of days that had no table of their own when they came, so many at most, and gives how many.
CREATE FUNCTION tollgate.delete_other_usage(before timestamptz, most integer) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  deleted bigint;
BEGIN
  DELETE FROM tollgate.usage_event_other WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM tollgate.usage_event_other WHERE started_at < before LIMIT most FOR UPDATE SKIP LOCKED));
  GET DIAGNOSTICS deleted = ROW_COUNT;
  RETURN deleted;
END
$$;

-- Also asked for each day that is made.
CREATE INDEX usage_event_other_by_age ON tollgate.usage_event_other (started_at);

REVOKE ALL ON FUNCTION tollgate.delete_other_usage(timestamptz, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tollgate.delete_other_usage(timestamptz, integer) TO tollgate_admin;
