-- Who looks into a finding, how it was closed, what is expected for a while, and what the portal did by itself.
ALTER TYPE "FindingState" ADD VALUE 'suppressed';
CREATE TYPE "FindingClosedAs" AS ENUM ('true_positive', 'benign', 'expected', 'false_positive');
CREATE TYPE "FindingContainment" AS ENUM ('wanted', 'revoked', 'over');

CREATE TABLE suppression (
  id uuid PRIMARY KEY,
  detector text NOT NULL,
  -- Whose access; anybody's when null.
  "personId" uuid REFERENCES person(id),
  -- In which account; in any when null.
  "accountId" text,
  -- What is more severe is not expected.
  "severityOrder" integer NOT NULL,
  reason text NOT NULL,
  "createdById" uuid NOT NULL REFERENCES person(id),
  "createdAt" timestamptz(3) NOT NULL,
  "expiresAt" timestamptz(3) NOT NULL,
  "endedAt" timestamptz(3),
  "endedById" uuid REFERENCES person(id),
  CONSTRAINT suppression_expires CHECK ("expiresAt" > "createdAt" AND "expiresAt" <= "createdAt" + interval '90 days')
);
CREATE INDEX suppression_detector ON suppression (detector, "expiresAt");
CREATE INDEX suppression_latest ON suppression ("createdAt" DESC, id DESC);

ALTER TABLE finding
  ADD COLUMN "closedAs" "FindingClosedAs",
  ADD COLUMN "assignedToId" uuid REFERENCES person(id),
  ADD COLUMN "suppressionId" uuid REFERENCES suppression(id),
  ADD COLUMN containment "FindingContainment";
CREATE INDEX finding_detector ON finding (detector, state, "lastEventAt" DESC);
CREATE INDEX finding_suppression ON finding ("suppressionId") WHERE "suppressionId" IS NOT NULL;
CREATE INDEX finding_containment ON finding (id) WHERE containment = 'wanted';
