-- Events lie in partitions of a month each, so that the oldest leave at once and questions about lately look at little.
-- An event keeps its time, so the key with the time in it still holds each event once.
ALTER TABLE trail_event RENAME TO trail_event_before;
ALTER TABLE trail_event_before RENAME CONSTRAINT trail_event_pkey TO trail_event_before_pkey;
ALTER INDEX "trail_event_grantId_eventTime_idx" RENAME TO trail_event_before_grant_idx;
ALTER INDEX "trail_event_sessionId_eventTime_idx" RENAME TO trail_event_before_session_idx;

CREATE TABLE "trail_event" (
    "accountId" TEXT NOT NULL,
    "eventId" TEXT NOT NULL,
    "grantId" UUID,
    "sessionId" UUID,
    "eventTime" TIMESTAMPTZ(3) NOT NULL,
    "eventSource" TEXT NOT NULL,
    "eventName" TEXT NOT NULL,
    "region" TEXT NOT NULL,
    "sourceIp" TEXT,
    "userAgent" TEXT,
    "accessKeyId" TEXT,
    "errorCode" TEXT,
    "readOnly" BOOLEAN NOT NULL,
    "body" JSONB NOT NULL,
    "ingestedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "trail_event_pkey" PRIMARY KEY ("accountId","eventId","eventTime")
) PARTITION BY RANGE ("eventTime");
CREATE INDEX "trail_event_grantId_eventTime_idx" ON "trail_event"("grantId", "eventTime");
CREATE INDEX "trail_event_sessionId_eventTime_idx" ON "trail_event"("sessionId", "eventTime");
CREATE INDEX "trail_event_eventTime_eventId_idx" ON "trail_event"("eventTime" DESC, "eventId" DESC);
ALTER TABLE "trail_event" ADD CONSTRAINT "trail_event_sessionId_fkey" FOREIGN KEY ("sessionId") REFERENCES "session"("id") ON DELETE SET NULL ON UPDATE CASCADE;
-- For times that no month was made for: an old file, a wrong clock.
CREATE TABLE trail_event_other PARTITION OF trail_event DEFAULT;

-- Makes the months around a moment, and lets go of those that ended before what is kept. The application cannot change
-- the schema itself: this is all it may do to it, and never to the last seven days.
CREATE FUNCTION keep_trail_partitions(at_time timestamptz, retention_days integer) RETURNS text[] LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  month date;
  name text;
  done text[] := '{}';
  oldest timestamptz := at_time - make_interval(days => greatest(retention_days, 7));
BEGIN
  PERFORM pg_advisory_xact_lock(444596229);
  FOR month IN SELECT generate_series(date_trunc('month', at_time AT TIME ZONE 'UTC') - interval '1 month', date_trunc('month', at_time AT TIME ZONE 'UTC') + interval '2 months', interval '1 month')::date LOOP
    name := 'trail_event_' || to_char(month, 'YYYY_MM');
    CONTINUE WHEN to_regclass('public.' || name) IS NOT NULL;
    CREATE TEMP TABLE moved ON COMMIT DROP AS SELECT * FROM trail_event_other WHERE "eventTime" >= month::timestamp AT TIME ZONE 'UTC' AND "eventTime" < (month + interval '1 month') AT TIME ZONE 'UTC';
    DELETE FROM trail_event_other WHERE "eventTime" >= month::timestamp AT TIME ZONE 'UTC' AND "eventTime" < (month + interval '1 month') AT TIME ZONE 'UTC';
    EXECUTE format('CREATE TABLE %I PARTITION OF trail_event FOR VALUES FROM (%L) TO (%L)', name, month::timestamp AT TIME ZONE 'UTC', (month + interval '1 month') AT TIME ZONE 'UTC');
    INSERT INTO trail_event SELECT * FROM moved;
    DROP TABLE moved;
    done := done || name;
  END LOOP;
  FOR name IN SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'public.trail_event'::regclass AND c.relname ~ '^trail_event_\d{4}_\d\d$' LOOP
    month := to_date(substr(name, 13), 'YYYY_MM');
    CONTINUE WHEN (month + interval '1 month') AT TIME ZONE 'UTC' > oldest;
    EXECUTE format('DROP TABLE %I', name);
    done := done || ('-' || name);
  END LOOP;
  DELETE FROM trail_event_other WHERE "eventTime" < oldest;
  RETURN done;
END $$;
REVOKE ALL ON FUNCTION keep_trail_partitions(timestamptz, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION keep_trail_partitions(timestamptz, integer) TO latchkey_app;

SELECT keep_trail_partitions(now(), 400);
INSERT INTO trail_event SELECT "accountId", "eventId", "grantId", "sessionId", "eventTime", "eventSource", "eventName", region, "sourceIp", "userAgent", "accessKeyId", "errorCode", "readOnly", body, "ingestedAt" FROM trail_event_before;
DROP TABLE trail_event_before;

-- Sessions of managed roles that no grant explains.
ALTER TABLE "session" ALTER COLUMN "grantId" DROP NOT NULL;
ALTER TABLE "session" ADD COLUMN "clients" TEXT[];
CREATE INDEX "session_outside_idx" ON "session" ("lastEventAt" DESC, id DESC) WHERE "grantId" IS NULL;
DROP INDEX "session_lastEventAt_idx";
CREATE INDEX "session_lastEventAt_id_idx" ON "session" ("lastEventAt" DESC, id DESC);

CREATE TABLE "trail_source" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "cursor" JSONB NOT NULL,
    "nextReadAt" TIMESTAMPTZ(3) NOT NULL,
    "lastReadAt" TIMESTAMPTZ(3),
    "lastEventAt" TIMESTAMPTZ(3),
    "readCount" BIGINT NOT NULL DEFAULT 0,
    "storedCount" BIGINT NOT NULL DEFAULT 0,
    "unreadableCount" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "trail_source_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "trail_source_nextReadAt_idx" ON "trail_source"("nextReadAt");

CREATE TABLE "trail_count" (
    "day" DATE NOT NULL,
    "accountId" TEXT NOT NULL,
    "eventSource" TEXT NOT NULL,
    "events" BIGINT NOT NULL,

    CONSTRAINT "trail_count_pkey" PRIMARY KEY ("day","accountId","eventSource")
);

CREATE TABLE "trail_unreadable" (
    "id" UUID NOT NULL,
    "source" TEXT NOT NULL,
    "file" TEXT NOT NULL,
    "position" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "seenAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "trail_unreadable_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "trail_unreadable_source_file_position_key" ON "trail_unreadable"("source", "file", "position");
CREATE INDEX "trail_unreadable_seenAt_idx" ON "trail_unreadable"("seenAt" DESC);

CREATE TABLE "rule_match" (
    "id" BIGSERIAL NOT NULL,
    "ruleId" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "accountId" TEXT NOT NULL,
    "eventId" TEXT NOT NULL,
    "eventTime" TIMESTAMPTZ(3) NOT NULL,
    "grantId" UUID,
    "subject" TEXT NOT NULL,
    "value" TEXT,
    "keys" JSONB,
    "earlierIds" TEXT[],
    "body" JSONB,
    "dueAt" TIMESTAMPTZ(3) NOT NULL,
    "keepUntil" TIMESTAMPTZ(3) NOT NULL,
    "settledAt" TIMESTAMPTZ(3),
    "usedAt" TIMESTAMPTZ(3),
    "findingId" UUID,

    CONSTRAINT "rule_match_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "rule_match_ruleId_position_accountId_eventId_eventTime_key" ON "rule_match"("ruleId", "position", "accountId", "eventId", "eventTime");
CREATE INDEX "rule_match_ruleId_subject_eventTime_idx" ON "rule_match"("ruleId", "subject", "eventTime");
CREATE INDEX "rule_match_findingId_idx" ON "rule_match"("findingId");
CREATE INDEX "rule_match_keepUntil_idx" ON "rule_match"("keepUntil");
CREATE INDEX "rule_match_waiting_idx" ON "rule_match"("dueAt") WHERE "settledAt" IS NULL;

CREATE TABLE "rule_switch" (
    "ruleId" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL,
    "changedAt" TIMESTAMPTZ(3) NOT NULL,
    "changedById" UUID NOT NULL,

    CONSTRAINT "rule_switch_pkey" PRIMARY KEY ("ruleId")
);
ALTER TABLE "rule_switch" ADD CONSTRAINT "rule_switch_changedById_fkey" FOREIGN KEY ("changedById") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- The portal's database role reads and writes rows of them; BIGSERIAL's sequence too.
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO latchkey_app;
-- Which roles are managed is asked for every batch of records.
CREATE INDEX "access_profile_role_idx" ON "access_profile" ("accountId", (definition #>> '{access,role}'));

-- The Regions that are enabled in an account, as AWS says.
ALTER TABLE "account" ADD COLUMN "regions" TEXT[];
ALTER TABLE "account" ADD COLUMN "regionsReadAt" TIMESTAMPTZ(3);
