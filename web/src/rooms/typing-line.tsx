import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { client, useKoine } from '../koine.ts';
import { nameOf } from './names.ts';

/** The people who are typing. Its place is always there, so that nothing moves. */
export function TypingLine({ room }: { readonly room: string }) {
  const typing = useKoine((state) => state.typing[room]);
  const people = useKoine((state) => state.people);
  const blocked = useKoine((state) => state.blocks);
  const me = useKoine((state) => state.me?.id);
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    setNow(Date.now());
    const ends = Math.max(0, ...Object.values(typing ?? {}));
    if (ends <= Date.now()) return;
    const timer = setTimeout(() => setNow(Date.now()), ends - Date.now() + 50);
    return () => clearTimeout(timer);
  }, [typing]);
  const ids = Object.entries(typing ?? {})
    .filter(([id, until]) => until > now && id !== me && !blocked?.[id])
    .map(([id]) => id);
  const stranger = ids.find((id) => people[id] === undefined);
  useEffect(() => {
    if (stranger !== undefined) void client.people.read(stranger).catch(() => {});
  }, [stranger]);
  const names = ids.filter((id) => people[id]).map((id) => nameOf(people[id]));
  return <div class="typing">{sentence(names)}</div>;
}

function sentence(names: readonly string[]): string {
  const [first = '', second = ''] = names;
  if (names.length === 0) return '';
  if (names.length === 1) return t('typingOne', { name: first });
  if (names.length === 2) return t('typingTwo', { first, second });
  return t('typingMany', { n: names.length });
}
