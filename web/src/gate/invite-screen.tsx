import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { attempt, client, explain } from '../koine.ts';
import { pathOfRoom } from '../rooms/names.ts';
import { href, navigate } from '../router.ts';
import { Empty, Spinner } from '../ui/empty.tsx';

type Invitation = { readonly room: { readonly title: string | null; readonly membersCount: number } };

/** An invitation to a room, which one accepts or leaves. */
export function InviteScreen({ code }: { readonly code: string }) {
  const [invitation, setInvitation] = useState<Invitation | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  useEffect(() => {
    client
      .call<Invitation>('GET', `/v1/invites/${encodeURIComponent(code)}`)
      .then(setInvitation, (error: unknown) => setFailure(explain(error)));
  }, [code]);
  const accept = () =>
    void attempt(async () => navigate(pathOfRoom(await client.rooms.acceptInvite(code)), { replace: true }));
  if (failure !== null)
    return (
      <Empty icon="link" title={t('inviteGone')} text={failure} isScreen>
        <a class="button" href={href('/feed')}>
          {t('feed')}
        </a>
      </Empty>
    );
  if (invitation === null) return <Spinner />;
  const { title, membersCount } = invitation.room;
  return (
    <Empty
      icon="door-open"
      isScreen
      title={t('invitedTo', { title: title ?? t('unnamedRoom') })}
      text={t('membersCount', { n: membersCount })}
    >
      <button type="button" class="button primary" onClick={accept}>
        {t('joinRoom')}
      </button>
    </Empty>
  );
}
