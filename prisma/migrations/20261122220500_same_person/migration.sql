-- Every identity of one human being, as far as links and the provider's person claim say, through any number of them;
-- the given one included. It can only cause refusals (PRODUCT rule 1).
CREATE FUNCTION same_person(whose UUID) RETURNS SETOF UUID LANGUAGE sql STABLE AS $$
  WITH RECURSIVE same(id) AS (
    SELECT whose
    UNION
    SELECT known.id FROM same CROSS JOIN LATERAL (
      SELECT l."secondId" AS id FROM person_link l WHERE l."firstId" = same.id
      UNION ALL SELECT l."firstId" FROM person_link l WHERE l."secondId" = same.id
      UNION ALL SELECT b.id FROM person a JOIN person b ON b."personClaim" = a."personClaim" WHERE a.id = same.id
    ) known
  ) SELECT id FROM same
$$;

CREATE OR REPLACE FUNCTION refuse_own_decision() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE requester UUID := (SELECT r."personId" FROM request r WHERE r.id = NEW."requestId");
BEGIN
  IF EXISTS (SELECT FROM same_person(requester) mine WHERE mine IN (NEW."personId", NEW."onBehalfOfId")) THEN
    RAISE EXCEPTION 'a person cannot decide their own request' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
