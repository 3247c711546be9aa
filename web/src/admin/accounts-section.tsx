import type { AnswerOf } from '@koine/client';
import { useEffect, useState } from 'preact/hooks';
import { bytesText } from '../i18n/amounts.ts';
import { t } from '../i18n/i18n.ts';
import { briefTime } from '../i18n/time.ts';
import { attempt, client } from '../koine.ts';
import { pathOfPerson } from '../people/links.ts';
import { PersonLine } from '../people/person-line.tsx';
import { href } from '../router.ts';
import { Spinner } from '../ui/empty.tsx';

type Page = AnswerOf<'/v1/admin/accounts', 'GET'>;
type Account = Page['items'][number];

/** All accounts, the oldest first. */
export function AccountsSection() {
  const [accounts, setAccounts] = useState<readonly Account[] | null>(null);
  const [next, setNext] = useState<string | null>(null);
  const read = (cursor: string | null) =>
    attempt(async () => {
      const page: Page = await client.request('GET', '/v1/admin/accounts', {
        query: { ...(cursor !== null && { cursor }) },
      });
      setAccounts((known) => [...(known ?? []), ...page.items]);
      setNext(page.next);
    });
  useEffect(() => void read(null), []);
  if (accounts === null) return <Spinner />;
  return (
    <section>
      <ul class="sessions">
        {accounts.map((account) => (
          <li key={account.person.id}>
            <PersonLine person={account.person} to={href(pathOfPerson(account.person))} />
            <span class="names">
              <span class="handle">{factsOf(account)}</span>
            </span>
          </li>
        ))}
      </ul>
      {next !== null && (
        <button type="button" class="button" onClick={() => void read(next)}>
          {t('morePeople')}
        </button>
      )}
    </section>
  );
}

function factsOf({ role, email, createdAt, closedAt, lastSessionAt, bytes }: Account): string {
  const facts = [
    role !== 'member' && t(`role_${role}`),
    closedAt !== undefined && t('accountDisabled'),
    email,
    t('joinedAt', { time: briefTime(createdAt) }),
    lastSessionAt !== undefined && t('lastSeenAt', { time: briefTime(lastSessionAt) }),
    bytesText(bytes),
  ];
  return facts.filter(Boolean).join(' · ');
}
