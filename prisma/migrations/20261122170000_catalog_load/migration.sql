-- What the catalogue was last read from. The application's rights come from the default privileges of the owner.
CREATE TABLE "catalog_load" (
    "id" INTEGER NOT NULL,
    "source" TEXT NOT NULL,
    "loadedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "catalog_load_pkey" PRIMARY KEY ("id")
);
