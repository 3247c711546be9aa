import type { AnswerOf } from '@koine/client';
import { bytesText } from '../i18n/amounts.ts';
import { t } from '../i18n/i18n.ts';
import { briefTime } from '../i18n/time.ts';
import { client } from '../koine.ts';
import { pathOfPerson } from '../people/links.ts';
import { PersonLine } from '../people/person-line.tsx';
import { href } from '../router.ts';
import { Empty, Spinner } from '../ui/empty.tsx';
import { EndOfList } from '../ui/end-of-list.tsx';
import { usePages } from '../use-pages.ts';

type Page = AnswerOf<'/v1/admin/accounts', 'GET'>;
type Account = Page['items'][number];

const readAccounts = (cursor?: string): Promise<Page> =>
  client.request('GET', '/v1/admin/accounts', { query: { ...(cursor !== undefined && { cursor }) } });

/** All accounts, the oldest first. */
export function AccountsSection() {
  const { items: accounts, hasMore, failure, more } = usePages(readAccounts);
  if (failure !== null) return <Empty icon="circle-alert" title={failure} />;
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
      <EndOfList hasMore={hasMore} onReach={more} />
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
