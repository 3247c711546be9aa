/** How koine shows accounts, rooms, messages and posts, in answers and in frames. */
import type { Core } from '../../core/core.ts';
import { createFilePresenter } from './present/files.ts';
import { createNotificationPresenter } from './present/notifications.ts';
import { createPeoplePresenter } from './present/people.ts';
import { createPostPresenter } from './present/posts.ts';
import { createRoomPresenter } from './present/rooms.ts';

export type Presenter = ReturnType<typeof createPresenter>;

export function createPresenter({ media }: Pick<Core, 'media'>) {
  const { person, me } = createPeoplePresenter(media);
  const file = createFilePresenter(media);
  return {
    ...{ person, me, file },
    ...createRoomPresenter({ media, person, file }),
    ...createPostPresenter({ person, file }),
    notification: createNotificationPresenter(person),
  };
}
