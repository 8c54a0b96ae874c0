// How do the price points fall as the price rises? The rule's own curve, with the bids that were typed in as dots on it.
import { useTranslation } from 'react-i18next'
import { type Market, priceScore } from '../../../src/domain/scoring/price.ts'
import type { AwardRule } from '../../../src/domain/scoring/rule.ts'

const [WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT] = [640, 260, 44, 34, 14, 14]
/** Per cent of the reference. */
const [FROM, TO] = [50, 105]

type Point = { x: number; y: number }

const across = (percent: number) => LEFT + ((percent - FROM) / (TO - FROM)) * (WIDTH - LEFT - RIGHT)
const up = (points: number, most: number) => TOP + (1 - points / most) * (HEIGHT - TOP - BOTTOM)

/** The vertical axis begins at zero. Figures become numbers for drawing only; the table beside it has the exact ones. */
export function PriceCurve({ rule, market, bids }: { rule: AwardRule; market: Market; bids: readonly string[] }) {
  const { t } = useTranslation()
  const most = rule.weights.price
  const reference = BigInt(market.reference)
  const at = (amount: string): Point => ({
    x: across((Number(amount) / Number(market.reference)) * 100),
    y: up(Number(priceScore(rule, market, amount).value), most),
  })
  const steps = Array.from({ length: (TO - FROM) * 2 + 1 }, (_, i) => FROM * 2 + i)
  const curve = steps.map((half) => at(String((reference * BigInt(half)) / 200n)))
  const dots = bids.map((amount) => ({ amount, ...at(amount) })).filter(({ x }) => x >= LEFT && x <= WIDTH - RIGHT)
  return (
    <figure className="card min-w-0">
      <figcaption className="mb-2 font-bold">{t('how.scoring.curve.title')}</figcaption>
      <svg
        aria-label={t('how.scoring.curve.says', { most })}
        className="h-auto w-full"
        role="img"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      >
        {[0, most / 2, most].map((points) => (
          <g key={points}>
            <line className="stroke-line" x1={LEFT} x2={WIDTH - RIGHT} y1={up(points, most)} y2={up(points, most)} />
            <text
              className="fill-muted"
              dominantBaseline="middle"
              fontSize="13"
              textAnchor="end"
              x={LEFT - 8}
              y={up(points, most)}
            >
              {points}
            </text>
          </g>
        ))}
        {[60, 70, 80, 90, 100].map((percent) => (
          <text
            className="fill-muted"
            fontSize="13"
            key={percent}
            textAnchor="middle"
            x={across(percent)}
            y={HEIGHT - 12}
          >
            {percent}%
          </text>
        ))}
        <polyline
          className="stroke-primary"
          fill="none"
          points={curve.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ')}
          strokeWidth="2.5"
        />
        {dots.map(({ amount, x, y }) => (
          <circle className="fill-card stroke-ink" cx={x} cy={y} key={amount} r="6" strokeWidth="3" />
        ))}
      </svg>
      <p className="note">{t('how.scoring.curve.note')}</p>
    </figure>
  )
}
