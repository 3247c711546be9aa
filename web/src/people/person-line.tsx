import type { Person } from '@koine/client';
import type { ComponentChildren } from 'preact';
import { nameOf } from '../rooms/names.ts';
import { Avatar } from '../ui/avatar.tsx';
import { BotMark } from './bot-mark.tsx';

type Props = {
  readonly person: Person;
  /** The address that it leads to. */
  readonly to?: string;
  readonly size?: string;
  /** Whether it is the label of a field in it. */
  readonly isChoice?: boolean;
  readonly children?: ComponentChildren;
};

export function PersonLine({ person, to, size = '2.5rem', isChoice = false, children }: Props) {
  const inner = (
    <>
      <Avatar id={person.id} name={nameOf(person)} url={person.avatarUrl} online={person.online} size={size} />
      <span class="names">
        <span class="name" dir="auto">
          {nameOf(person)}
        </span>
        <span class="handle">
          <BotMark of={person} /> @{person.username}
        </span>
      </span>
      {children}
    </>
  );
  if (isChoice)
    // biome-ignore lint/a11y/noLabelWithoutControl: the field is among the children
    return <label class="person-line">{inner}</label>;
  return to === undefined ? (
    <div class="person-line">{inner}</div>
  ) : (
    <a class="person-line" href={to}>
      {inner}
    </a>
  );
}
