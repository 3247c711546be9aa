import type { Person } from '@koine/client';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { client } from '../koine.ts';
import { pathOfPerson } from '../people/links.ts';
import { PersonLine } from '../people/person-line.tsx';
import { href } from '../router.ts';
import type { DialogProps } from '../shell/dialogs.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Spinner } from '../ui/empty.tsx';

export function LikesDialog({ data, onClose }: DialogProps<{ readonly post: string }>) {
  const [people, setPeople] = useState<readonly Person[] | null>(null);
  useEffect(() => {
    void client.feed.likes(data.post).then(
      ({ items }) => setPeople(items),
      () => setPeople([]),
    );
  }, [data.post]);
  return (
    <Dialog title={t('likedBy')} onClose={onClose}>
      <div class="body">
        {people === null && <Spinner />}
        <ul>
          {people?.map((person) => (
            <li key={person.id}>
              <PersonLine person={person} to={href(pathOfPerson(person))} />
            </li>
          ))}
        </ul>
        {people?.length === 0 && <p>{t('nobodyYet')}</p>}
      </div>
    </Dialog>
  );
}
