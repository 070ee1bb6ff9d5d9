-- The three database roles, their privileges on the database, and the two schemas.
--
-- Run by a superuser, connected to the database that Tollgate is to use, before the first start and again whenever
-- this file changes; running it twice changes nothing:
--
--   createdb tollgate && psql -d tollgate -f roles.sql
--
-- It sets no password: a role without one cannot log in where pg_hba.conf asks for SCRAM. Set them afterwards with
-- ALTER ROLE … PASSWORD. What each role may do with tables and views is granted by the migrations.

DO $$
DECLARE
  wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['tollgate_migrator', 'tollgate_admin', 'tollgate_gateway'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
      EXECUTE format('CREATE ROLE %I', wanted);
    END IF;
    EXECUTE format('ALTER ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS', wanted);
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), wanted);
  END LOOP;
  -- PUBLIC may by default connect to every database and make temporary tables in it.
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
END
$$;

-- A statement or an idle transaction that hangs must not hold a pooled connection for ever.
ALTER ROLE tollgate_admin SET statement_timeout = '10s';
ALTER ROLE tollgate_admin SET lock_timeout = '5s';
ALTER ROLE tollgate_admin SET idle_in_transaction_session_timeout = '15s';
ALTER ROLE tollgate_gateway SET statement_timeout = '5s';
ALTER ROLE tollgate_gateway SET idle_in_transaction_session_timeout = '10s';

REVOKE ALL ON SCHEMA public FROM PUBLIC;

CREATE SCHEMA IF NOT EXISTS tollgate AUTHORIZATION tollgate_migrator;
CREATE SCHEMA IF NOT EXISTS gateway_v1 AUTHORIZATION tollgate_migrator;
