// What must somebody know to write a verifier of the public log without reading our code? Every format, and an example.
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { PageHead } from '../../parts/page.tsx'
import { ENTRY, POLICY, RECEIPT } from './verify-vector.ts'

type Section = { key: string; paragraphs: number; code?: string }

const SECTIONS: readonly Section[] = [
  { key: 'bytes', paragraphs: 2 },
  {
    key: 'tree',
    paragraphs: 1,
    code: 'leaf  = SHA-256(0x00 ‖ entry)\nnode  = SHA-256(0x01 ‖ left ‖ right)\nempty = SHA-256("")',
  },
  {
    key: 'note',
    paragraphs: 3,
    code: [
      'checkpoint   origin \\n size \\n base64(root) \\n',
      'line         — NAME base64(key id ‖ signature) \\n',
      'vkey         NAME+hex(key id)+base64(type ‖ public key)',
      'key id       SHA-256(NAME ‖ 0x0A ‖ type ‖ public key)[0:4]',
      'log          Ed25519 over the checkpoint text',
      'witness      u64be(time) ‖ Ed25519 over: cosignature/v1 \\n time TIME \\n checkpoint text',
    ].join('\n'),
  },
  {
    key: 'policy',
    paragraphs: 2,
    code: 'log VKEY [URL]\nwitness NAME VKEY [URL]\ngroup NAME any|all|K MEMBER…\nquorum NAME|none',
  },
  {
    key: 'leaf',
    paragraphs: 2,
    code: [
      'open     {"at":TIME,"by":KEY,"h":HASH,"org":ID,"ref":TENDER,"typ":TYPE,"v":1}',
      'sealed   {"c":C,"typ":"sealed/1","v":1}',
      'C        base64url(SHA-256("sealed/1\\n" ‖ salt ‖ statement))',
    ].join('\n'),
  },
  {
    key: 'proof',
    paragraphs: 2,
    code: [
      'c2sp.org/tlog-proof@v1',
      'extra base64(JSON)',
      'index INDEX',
      'base64(hash) …',
      '',
      'NOTE',
      '',
      'open     {"leaf":ENTRY}',
      'sealed   {"jws":STATEMENT,"received":CONFIRMATION,"salt":SALT}',
    ].join('\n'),
  },
  {
    key: 'tiles',
    paragraphs: 2,
    code: [
      '/log/checkpoint        /log/policy        /log/covering/INDEX',
      '/log/tile/LEVEL/NNN    /log/tile/LEVEL/NNN.p/WIDTH',
      '/log/tile/entries/NNN  /log/tile/entries/NNN.p/WIDTH',
      '/log/payload/HEX       /log/proof/INDEX',
      '1234067 → x001/x234/067',
    ].join('\n'),
  },
  {
    key: 'years',
    paragraphs: 3,
    code: [
      'last entry    {"next":ORIGIN/YEAR,"origin":ORIGIN,"typ":"log.closed/1"}',
      'first entry   {"before":NUMBER,"origin":ORIGIN/YEAR,"previous":{"note":NOTE,"origin":ORIGIN,"root":base64,"size":NUMBER},"typ":"log.opened/1"}',
      '/log/YEAR/checkpoint   /log/YEAR/tile/…   /log/YEAR/policy',
    ].join('\n'),
  },
  { key: 'deadline', paragraphs: 2 },
  {
    key: 'approval',
    paragraphs: 2,
    code: [
      'notice     "twoPersons":{"acts":[TYPE,…],"holders":[ACCOUNT,…],"register":true,"roles":[ROLE,…],"signed":true}',
      'approval   {"act":TYPE,"approvedBy":ACCOUNT,"h":HASH,"proposedBy":ACCOUNT,…,"typ":"approval/1"}',
      'register   {"account":ACCOUNT,"roles":[ROLE,…],…,"typ":"role.changed/1"}',
      'loan       {"endsAt":TIME,"from":ACCOUNT,"role":ROLE,"startsAt":TIME,"to":ACCOUNT,…,"typ":"role.delegated/1"}',
    ].join('\n'),
  },
  {
    key: 'register',
    paragraphs: 4,
    code: [
      'roles      {"account":ACCOUNT,"approvedBy":ACCOUNT or null,"proposal":JWS,"proposedBy":ACCOUNT,"roles":[ROLE,…],"typ":"role.changed/1"}',
      'loan       {"approvedBy":…,"endsAt":TIME,"from":ACCOUNT,"proposal":JWS,"proposedBy":…,"role":ROLE,"startsAt":TIME,"to":ACCOUNT,"typ":"role.delegated/1"}',
      'export     {"approvedBy":…,"people":NUMBER,"proposal":JWS,"proposedBy":…,"typ":"people.exported/1"}',
      'standing   {"body":…,"id":ORG,"kind":…,"name":…,"standing":"verified" or "suspended" or "restored","statement":…,"typ":"organisation.standing/1"}',
      'proposal   {"account":ACCOUNT,"made":TIME,"org":ORG,"roles":[ROLE,…],"typ":"role.proposal/1"}',
      '           {"endsAt":TIME,"from":ACCOUNT,"made":TIME,"org":ORG,"role":ROLE,"startsAt":TIME,"to":ACCOUNT,"typ":"role.proposal/1"}',
      '           {"made":TIME,"org":ORG,"typ":"export.proposal/1"}',
    ].join('\n'),
  },
  {
    key: 'overseers',
    paragraphs: 2,
    code: 'notice     "overseers":[ORG,…]\nincident   {"by":KEY,"org":ORG,"typ":"incident/1",…}   reasons: closing-time-override, custodians-lost',
  },
  {
    key: 'opening',
    paragraphs: 2,
    code: [
      'envelope       {"content":JWE,"kc":…,"ks":…,"shares":[JWE,…],"v":"seal/1"}',
      'D(label,more)  info = "seal/1 " label 0x00 ks more',
      'kc             D("commit")',
      'share x        seed xor c1·x xor c2·x·x …, ci = D("coef-" i), i = 1…t−1',
      'ephemeral x    D("eph-" x "-" c), the first of c = 0, 1, … that is a scalar of P-256',
      'its key        Concat KDF (RFC 7518, 4.6) for ECDH-ES and A256GCM, apu = ks, apv = custodian’s id',
      'its IV         first 12 bytes of D("share-iv-" x)',
      'its header     {"alg":"ECDH-ES","apu":…,"apv":…,"enc":"A256GCM","epk":…,"kc":…,"kid":…,"ks":…,"x":x}',
      'content        A256GCM under D("content-key"), IV the first 12 bytes of D("content-iv",SHA-256(plaintext))',
      'its header     {"alg":"dir","enc":"A256GCM","kc":…,"ks":…,"typ":"bid+jws"}',
    ].join('\n'),
  },
  {
    key: 'files',
    paragraphs: 2,
    code: [
      'bid         "att":[{"bytes":N,"ct":CT,"name":NAME,"sha256":HASH,"type":TYPE},…]',
      'submission  "blobs":[{"bytes":N,"ct":CT},…]',
      'identity    bech32("AGE-SECRET-KEY-", first 32 bytes of D("age")), in capitals',
      '',
      'sha256sum FILE.age',
      'age -d -i identity.txt FILE.age > FILE',
      'sha256sum FILE',
    ].join('\n'),
  },
  {
    key: 'lot',
    paragraphs: 4,
    code: [
      'seed    SHA-256("draw/1 seed\\n" root count(4 bytes) eid r eid r …), sorted by eid',
      'key     HMAC-SHA-256(seed, "draw/1 evaluators " tender "/" lot "/" field)',
      'ticket  HMAC-SHA-256(key, "id" 0x00 id)',
      'seat    {…,"confirmed":{"index":NUMBER,"salt":SALT,"text":TEXT}}   SHA-256("sealed/1\\n" salt text) stands in entry NUMBER',
      'text    {"account":ACCOUNT,"decidedBy":ACCOUNT,"field":FIELD,"typ":"evaluator.field/1","verdict":"confirmed"}',
      'seat    {…,"declared":JWS}   SHA-256(JWS) = h of committee.declared/1 = declared of the seat’s marks/1',
    ].join('\n'),
  },
  {
    key: 'changes',
    paragraphs: 3,
    code: [
      'identity    {"id":ID,"jwk":NEW KEY,"org":ID,"replaces":OLD KEY,…,"typ":"custodian.identity/1"}   signed by OLD KEY',
      'lost        {…,"recovery":{"request":JWS,"statement":TEXT,"vouched":JWS},"replaces":OLD KEY,…}   signed by an auditor',
      'request     {…}   the same without recovery, signed by NEW KEY',
      'vouched     {"custodian":OTHER,"id":ID,"replaces":OLD KEY,"request":HASH,"typ":"custodian.vouched/1"}   signed by OTHER',
      'amendment   {"keysets":{"price":KEYSET,…},"reasons":["deadline-extended","keysets-replaced"],…,"typ":"tender.amended/1"}',
      'rule        {"budget":AMOUNT,"keysets":{…},"method":ID,"oldRuleHash":HASH,"rule":RULE,"ruleHash":HASH,…,"typ":"tender.amended/1"}',
    ].join('\n'),
  },
  {
    key: 'answers',
    paragraphs: 4,
    code: [
      'question    {"asker":ASKER,"lot":LOT,"tender":NUMBER,"text":TEXT,"typ":"question/1"}   SHA-256("sealed/1\\n" salt question) = c of a sealed entry',
      'asker       SHA-256("sealed/1\\n" salt of its own organisation)',
      'answer      {"answer":TEXT,"lot":LOT,"question":{"salt":SALT,"statement":QUESTION} or null,"tender":NUMBER,"typ":"clarification/1"}   JWS',
      'objection   {"bidder":ORG,"ground":GROUND,"lot":LOT,"reasons":TEXT,"tender":NUMBER,"typ":"complaint/1"}   JWS of the bidder',
      'decision    {"complaint":HASH,"lot":LOT,"outcome":"dismissed" or "upheld","reasons":TEXT,"tender":NUMBER,"typ":"complaint.decided/1"}   JWS of an overseer',
      'award       {"amount":AMOUNT,"bidder":ORG,"lot":LOT,"reasons":REASONS,"standstillEnds":TIME or null,"tender":NUMBER,"typ":"award/1"}   JWS of the buyer; "winners" where there are several',
      'TIME        time in the leaf of the last ranking + standstillHours × 3600 seconds',
    ].join('\n'),
  },
  { key: 'bundle', paragraphs: 2 },
]

const box = 'mono whitespace-pre-wrap break-all rounded-card border border-line bg-sunken p-3'

function Texts({ of, paragraphs }: { of: string; paragraphs: number }) {
  const { t } = useTranslation()
  const numbers = Array.from({ length: paragraphs }, (_, i) => i + 1)
  return numbers.map((n) => <p key={n}>{t(`formats.${of}.text.${n}`)}</p>)
}

export function Page() {
  const { t } = useTranslation()
  return (
    <>
      <PageHead
        crumbs={[{ to: '/how', says: t('how.title') }]}
        lead={t('how.verify.lead')}
        title={t('how.verify.title')}
      />
      <div className="flex flex-col gap-10">
        <p>
          <Link to="/verify">{t('how.verify.page')}</Link>
        </p>
        {SECTIONS.map(({ key, paragraphs, code }) => (
          <section className="stack" key={key}>
            <h2>{t(`formats.${key}.title`)}</h2>
            <div className="prose stack">
              <Texts of={key} paragraphs={paragraphs} />
            </div>
            {code !== undefined && <pre className={box}>{code}</pre>}
          </section>
        ))}
        <section className="stack">
          <h2>{t('formats.vector.title')}</h2>
          <div className="prose">
            <Texts of="vector" paragraphs={1} />
          </div>
          {(
            [
              ['policy', POLICY],
              ['receipt', RECEIPT],
              ['entry', ENTRY],
            ] as const
          ).map(([key, text]) => (
            <details className="card" key={key}>
              <summary className="font-semibold">{t(`formats.label.${key}`)}</summary>
              <pre className={`${box} mt-2`}>{text}</pre>
            </details>
          ))}
        </section>
      </div>
    </>
  )
}
