-- What was approved is kept with the grant: a later edit of the catalogue must not widen leases nobody approved.
ALTER TABLE "grant" ADD COLUMN "access" JSONB NOT NULL,
                    ADD COLUMN "leaseMinutes" INTEGER NOT NULL;
