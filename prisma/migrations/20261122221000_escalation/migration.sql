-- When the step that is being decided is shown to the groups it escalates to as well; null when it is, or never will be.
ALTER TABLE "request" ADD COLUMN "escalatesAt" TIMESTAMPTZ(3);
UPDATE "request" SET "escalatesAt" = "stepSince" + ("approvalPolicy" #>> ARRAY['steps', "stepIndex"::text, 'escalation', 'afterMinutes'])::int * interval '1 minute'
  WHERE state = 'pending' AND jsonb_typeof("approvalPolicy" #> ARRAY['steps', "stepIndex"::text, 'escalation']) = 'object';
CREATE INDEX "request_state_escalatesAt_idx" ON "request"("state", "escalatesAt");
