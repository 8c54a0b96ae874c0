// Which other tenders are meant together with the one that is looked at? Each by its number, as a link to its owner's page.
import { Link } from 'react-router'

/** `lots` as a proposal has them; nothing where it names none. */
export function LotLinks({ lots }: { lots: unknown }) {
  if (!Array.isArray(lots)) return null
  return (
    <ul className="flex flex-wrap gap-x-4">
      {lots.map((lot) => {
        const no = String(lot?.no ?? '')
        return (
          <li key={no}>
            <Link className="tnum" to={`/a/${no}`}>
              {no}
            </Link>
          </li>
        )
      })}
    </ul>
  )
}
