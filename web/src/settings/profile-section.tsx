import '../styles/picture-head.css';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { attempt, client, useKoine } from '../koine.ts';
import { nameOf } from '../rooms/names.ts';
import { Avatar } from '../ui/avatar.tsx';
import { PictureButtons } from '../ui/picture-buttons.tsx';
import { toast } from '../ui/toasts.tsx';

export function ProfileSection() {
  const me = useKoine((state) => state.me);
  const [name, setName] = useState(me?.name ?? '');
  const [bio, setBio] = useState(me?.bio ?? '');
  useEffect(() => {
    setName(me?.name ?? '');
    setBio(me?.bio ?? '');
  }, [me?.name, me?.bio]);
  if (!me) return null;
  const save = async (event: Event) => {
    event.preventDefault();
    const saved = await attempt(() => client.session.change({ name: name.trim() || null, bio: bio.trim() }));
    if (saved) toast(t('saved'));
  };
  const isChanged = name.trim() !== (me.name ?? '') || bio.trim() !== (me.bio ?? '');
  return (
    <>
      <Picture />
      <form onSubmit={(event) => void save(event)}>
        <div class="field">
          <label for="name">{t('name')}</label>
          <input
            id="name"
            class="input"
            autocomplete="name"
            maxLength={64}
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
          <span class="hint">{t('nameHint', { username: me.username })}</span>
        </div>
        <div class="field">
          <label for="bio">{t('bio')}</label>
          <textarea
            id="bio"
            class="input"
            rows={4}
            maxLength={1000}
            value={bio}
            onInput={(event) => setBio(event.currentTarget.value)}
          />
        </div>
        <div>
          <button type="submit" class="button primary" disabled={!isChanged}>
            {t('save')}
          </button>
        </div>
      </form>
    </>
  );
}

function Picture() {
  const me = useKoine((state) => state.me);
  if (!me) return null;
  return (
    <div class="picture-head">
      <Avatar id={me.id} name={nameOf(me)} url={me.avatarUrl} size="5rem" />
      <PictureButtons
        onPick={(picture) => void attempt(() => client.session.setAvatar(picture))}
        onRemove={me.avatarUrl ? () => void attempt(() => client.session.removeAvatar()) : null}
      />
    </div>
  );
}
