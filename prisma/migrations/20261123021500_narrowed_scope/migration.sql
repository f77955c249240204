-- The scope that somebody asked to keep to, learned from what they used of the profile before.
ALTER TABLE "request" ADD COLUMN "narrowed" JSONB;
