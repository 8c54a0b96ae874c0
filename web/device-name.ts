// What would its owner call a browser that names itself `Mozilla/5.0 (X11; Linux x86_64) …`?

const BROWSERS: [RegExp, string][] = [
  [/\bEdg\//, 'Edge'],
  [/\bWhale\//, 'Whale'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\bOPR\//, 'Opera'],
  [/\bFirefox\//, 'Firefox'],
  [/\b(Headless)?Chrome\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
]
const SYSTEMS: [RegExp, string][] = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
]

const first = (rows: [RegExp, string][], agent: string): string =>
  rows.find(([pattern]) => pattern.test(agent))?.[1] ?? ''

/** "Chrome · Windows" for a browser, the first word for a program, '' for what says nothing. Only words of this table are taken over. */
export function deviceName(agent: string): string {
  const [browser, system] = [first(BROWSERS, agent), first(SYSTEMS, agent)]
  if (browser || system) return [browser, system].filter(Boolean).join(' · ')
  return /^[A-Za-z][\w-]{0,20}/.exec(agent)?.[0] ?? ''
}
