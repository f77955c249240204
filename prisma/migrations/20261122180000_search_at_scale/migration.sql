-- Parts of words are searched for by trigrams. The extension is "trusted": the owner of the database may create it.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE INDEX "access_profile_searchText_idx" ON "access_profile" USING GIN ("searchText" gin_trgm_ops);
CREATE INDEX "record_entry_subjectId_idx" ON "record_entry" USING GIN ("subjectId" gin_trgm_ops);
CREATE INDEX "record_commitment_value_idx" ON "record_commitment" USING GIN ("value" gin_trgm_ops);

-- Somebody's own past grants, newest first: without the order in the index, whoever has few of them waits for a scan of all.
CREATE INDEX "grant_personId_state_createdAt_idx" ON "grant"("personId", "state", "createdAt" DESC);
DROP INDEX "grant_personId_state_idx";
