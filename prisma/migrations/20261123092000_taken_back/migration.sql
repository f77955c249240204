-- What was left behind may be taken back under another grant: such calls are asked for by account, since it was left.
CREATE INDEX trail_event_taking_back ON trail_event ("accountId", "eventTime") WHERE "eventName" ~ '^(Delete|Detach|Remove)' AND "errorCode" IS NULL;
