CREATE TABLE "auction_bid" (
	"tender" text NOT NULL,
	"n" integer NOT NULL,
	"round" integer NOT NULL,
	"seat" integer NOT NULL,
	"amount" text NOT NULL,
	"at" timestamp (6) with time zone NOT NULL,
	"c" text NOT NULL,
	CONSTRAINT "an_auction_numbers_each_bid_once" PRIMARY KEY("tender","n")
);
--> statement-breakpoint
CREATE TABLE "auction_hand" (
	"c" text PRIMARY KEY NOT NULL,
	"tender" text NOT NULL,
	"bidder" text NOT NULL,
	"salt" text NOT NULL,
	"jws" text NOT NULL
);
--> statement-breakpoint
ALTER TABLE "auction_hand" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "auction_seat" (
	"tender" text NOT NULL,
	"bidder" text NOT NULL,
	"seat" integer NOT NULL,
	CONSTRAINT "a_bidder_has_one_seat" PRIMARY KEY("tender","bidder"),
	CONSTRAINT "seats_are_counted_from_one" CHECK ("auction_seat"."seat" >= 1)
);
--> statement-breakpoint
ALTER TABLE "auction_seat" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "tender" ADD COLUMN "auction" jsonb;--> statement-breakpoint
ALTER TABLE "auction_bid" ADD CONSTRAINT "auction_bid_tender_tender_no_fk" FOREIGN KEY ("tender") REFERENCES "public"."tender"("no") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "auction_hand" ADD CONSTRAINT "auction_hand_tender_tender_no_fk" FOREIGN KEY ("tender") REFERENCES "public"."tender"("no") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "auction_seat" ADD CONSTRAINT "auction_seat_tender_tender_no_fk" FOREIGN KEY ("tender") REFERENCES "public"."tender"("no") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "an_auction_bid_is_committed_to_once" ON "auction_bid" USING btree ("c");--> statement-breakpoint
CREATE UNIQUE INDEX "a_seat_has_one_bidder" ON "auction_seat" USING btree ("tender","seat");--> statement-breakpoint
CREATE POLICY "hands_are_seen_by_their_bidder_until_the_end" ON "auction_hand" AS PERMISSIVE FOR SELECT TO public USING ("auction_hand"."bidder" = current_setting('madang.org', true) OR EXISTS (SELECT FROM tender WHERE tender.no = "auction_hand"."tender" AND tender.peak IN ('ranked', 'awarded')));--> statement-breakpoint
CREATE POLICY "hands_are_added_by_their_bidder" ON "auction_hand" AS PERMISSIVE FOR INSERT TO public WITH CHECK ("auction_hand"."bidder" = current_setting('madang.org', true));--> statement-breakpoint
CREATE POLICY "seats_are_seen_by_their_bidder_until_the_end" ON "auction_seat" AS PERMISSIVE FOR SELECT TO public USING ("auction_seat"."bidder" = current_setting('madang.org', true) OR EXISTS (SELECT FROM tender WHERE tender.no = "auction_seat"."tender" AND tender.peak IN ('ranked', 'awarded')));