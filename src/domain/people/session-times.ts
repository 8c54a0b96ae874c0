// How long is somebody signed in, and how long does a second factor count?

/** A session that is not used for so long is over. */
export const IDLE_DAYS = 14
/** However often it is used. */
export const LONGEST_DAYS = 30
/** Of one account at once; the one unused for longest makes room. */
export const MOST_SESSIONS = 20
/** A second factor counts for the acts that ask for one from when it was shown until so many minutes later. */
export const STEP_UP_MINUTES = 5
/** The first second factor is enrolled so soon after signing in: whoever finds a browser open does not get to do it. */
export const FRESH_MINUTES = 10

const within = (at: Date | null | undefined, minutes: number, now: Date): boolean =>
  at !== null && at !== undefined && now.getTime() - at.getTime() <= minutes * 60_000

/** Does the second factor that was shown at `at` still count? 09:00:00.000 counts until 09:05:00.000 and not a millisecond longer. */
export const steppedUp = (at: Date | null | undefined, now: Date): boolean => within(at, STEP_UP_MINUTES, now)

export const freshlySignedIn = (startedAt: Date | null | undefined, now: Date): boolean =>
  within(startedAt, FRESH_MINUTES, now)
