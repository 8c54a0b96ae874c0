CREATE TABLE "log_shard" (
	"no" integer PRIMARY KEY NOT NULL,
	"origin" text NOT NULL,
	"year" integer NOT NULL,
	"first" bigint,
	"ended" bigint,
	CONSTRAINT "log_shard_origin_unique" UNIQUE("origin"),
	CONSTRAINT "log_shard_year_unique" UNIQUE("year"),
	CONSTRAINT "a_log_ends_after_it_began" CHECK ("log_shard"."ended" IS NULL OR "log_shard"."ended" > "log_shard"."first")
);
--> statement-breakpoint
ALTER TABLE "log_tile" ADD COLUMN "shard" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "log_tile" DROP CONSTRAINT "a_tile_is_written_once";
--> statement-breakpoint
ALTER TABLE "log_tile" ADD CONSTRAINT "a_tile_is_written_once" PRIMARY KEY("shard","level","n","width");