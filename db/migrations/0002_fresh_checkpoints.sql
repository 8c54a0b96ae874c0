ALTER TABLE "log_checkpoint" ADD COLUMN "fresh" text;--> statement-breakpoint
ALTER TABLE "log_checkpoint" ADD COLUMN "fresh_at" timestamp (6) with time zone;