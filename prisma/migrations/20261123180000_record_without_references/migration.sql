-- Every state change of the product writes an entry, and each reference costs a lookup and a row lock on the entry just
-- written. Commitments and seals are inserted from the entries' own rows in the same statement, the application may delete
-- none of them, and the verifier names what is missing, which a reference would not.
ALTER TABLE "record_commitment" DROP CONSTRAINT "record_commitment_entryId_fkey";
ALTER TABLE "record_seal" DROP CONSTRAINT "record_seal_entryId_fkey";
