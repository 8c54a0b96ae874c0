ALTER TABLE "mark" ADD COLUMN "member" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "mark" DROP CONSTRAINT "a_mark_is_given_once";
--> statement-breakpoint
ALTER TABLE "mark" ADD CONSTRAINT "a_mark_is_given_once" PRIMARY KEY("tender","evaluator","bidder","item","member");