// How is a share written as people read it, and read back? "0.88745" is "88.745" per cent.
import { divide, multiply } from '../src/domain/kit/fraction.ts'
import { plain } from '../src/domain/kit/rounding.ts'

export const percentOf = (share: string): string => plain(multiply(share, 100))

/** What is no percentage stays as it was typed: the rule refuses it by its place. */
export const shareOf = (percent: string): string =>
  /^\d{1,3}(\.\d{1,4})?$/.test(percent) ? plain(divide(percent, 100)) : percent
