/** Groups, invitations, profiles and one's own account, in several browsers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IN_BROWSER, openBrowser, type Person, show, signUp, visit } from '../support/browser.ts';
import { startTestServer } from '../support/harness.ts';
import { PASSWORD } from '../support/people.ts';
import { halves } from '../support/pictures.ts';

const dialog = ({ page }: Person) => page.getByRole('dialog');

test(
  'a group is made, joined by a link, and left; friends, names and accounts change for all',
  IN_BROWSER,
  async (t) => {
    const server = await startTestServer(t);
    const browser = await openBrowser(t);
    const [ann, bob, cyd] = [
      await signUp(browser, server.url, 'ann', { permissions: ['clipboard-read', 'clipboard-write'] }),
      await signUp(browser, server.url, 'bob'),
      await signUp(browser, server.url, 'cyd'),
    ];

    // A group with one member more.
    await ann.page.getByRole('button', { name: 'New room' }).click();
    await dialog(ann).getByLabel('Title').fill('Garden');
    const picture = { name: 'garden.png', mimeType: 'image/png', buffer: await halves(20, 10).png().toBuffer() };
    await dialog(ann).locator('input[type=file]').setInputFiles(picture);
    await dialog(ann).locator('.avatar img').waitFor();
    await dialog(ann).getByLabel('Find people').fill('bo');
    await dialog(ann).getByText('@bob').click();
    await dialog(ann).getByRole('button', { name: 'Create room' }).click();
    await ann.page.getByRole('heading', { name: 'Garden', level: 1 }).waitFor();
    const inList = (person: Person) => person.page.locator('.room-line', { hasText: 'Garden' });
    await inList(bob).locator('.avatar img').waitFor();

    await renewHook(ann);

    // Other screens show unread messages and mentions.
    await ann.page.locator('.composer textarea').fill('Welcome @bob');
    await ann.page.locator('.composer textarea').press('Enter');
    await inList(bob).locator('.badge', { hasText: '@' }).waitFor();
    await bob.page.locator('.nav-link', { hasText: 'Notifications' }).locator('.badge').waitFor();
    await inList(bob).click();
    await inList(bob).locator('.badge').first().waitFor({ state: 'detached' });

    // To be added twice is one piece of news.
    const bobs = (await (await bob.context.request.get(`${server.url}/v1/me`)).json()) as { id: string };
    const shed = { kind: 'group', title: 'Shed', members: [bobs.id] };
    await ann.context.request.post(`${server.url}/v1/rooms`, { data: shed, headers: { origin: server.url } });
    await bob.page.locator('.room-line', { hasText: 'Shed' }).waitFor();
    await bob.page.locator('.nav-link', { hasText: 'Notifications' }).click();
    await bob.page.locator('.notification', { hasText: 'ann added you to Shed and Garden' }).waitFor();
    await inList(bob).click();
    await bob.page.locator('.nav-link .badge').waitFor({ state: 'detached' });

    // Its picture is chosen, and taken away again, for everybody.
    await ann.page.getByRole('button', { name: 'What to do with this room' }).click();
    await ann.page.getByRole('menuitem', { name: 'About this room' }).click();
    const buffer = await halves(600, 400).png().toBuffer();
    await dialog(ann).locator('input[type=file]').setInputFiles({ name: 'beds.png', mimeType: 'image/png', buffer });
    for (const place of [dialog(ann).locator('.picture-head'), inList(ann), inList(bob)])
      await place.locator('img[src*="/files/avatars/"]').waitFor();
    const notes = { name: 'notes.png', mimeType: 'image/png', buffer: Buffer.from('no picture') };
    await dialog(ann).locator('input[type=file]').setInputFiles(notes);
    await ann.page.getByText('Pictures are JPEG, PNG').waitFor();
    await dialog(ann).getByRole('button', { name: 'Remove', exact: true }).click();
    await inList(bob).locator('img').waitFor({ state: 'detached' });
    await ann.page.keyboard.press('Escape');

    // A link brings in somebody else.
    await ann.page.getByRole('button', { name: 'Add people' }).first().click();
    await dialog(ann).getByRole('button', { name: 'New link' }).click();
    const link = (await dialog(ann).locator('.link').textContent()) ?? '';
    await ann.page.keyboard.press('Escape');
    await cyd.page.goto(link);
    await cyd.page.getByRole('button', { name: 'Join' }).click();
    await cyd.page.locator('.message', { hasText: 'Welcome' }).waitFor();
    await ann.page.getByText('3 members').waitFor();
    await cyd.page.getByRole('button', { name: 'What to do with this room' }).click();
    await cyd.page.getByRole('menuitem', { name: 'Leave' }).click();
    await dialog(cyd).getByRole('button', { name: 'Leave' }).click();
    await inList(cyd).waitFor({ state: 'detached' });

    // Profiles.
    await show(bob.page, '/settings/profile');
    await bob.page.getByLabel('Name', { exact: true }).fill('Boris the Second');
    await bob.page.getByLabel('About you').fill('Digs **potatoes**.');
    await bob.page.getByRole('button', { name: 'Save' }).click();
    await bob.page.getByText('Saved').waitFor();
    await visit(ann, server.url, '/@bob');
    await ann.page.locator('.profile', { hasText: 'Boris the Second' }).locator('strong').waitFor();
    await ann.page.getByRole('button', { name: 'Add friend' }).click();
    await show(ann.page, '/people/friends');
    await ann.page.locator('.people', { hasText: '@bob' }).waitFor();
    await ann.page.locator('.people .person-line').click();
    await ann.page.getByRole('button', { name: 'Message', exact: true }).click();
    await ann.page.locator('.room-head', { hasText: 'Boris the Second' }).waitFor();

    // One's own account.
    await show(bob.page, '/settings/security');
    await bob.page.getByText('This one').waitFor();
    await bob.page.locator('#current-password').fill(PASSWORD);
    await bob.page.locator('#new-password').fill('another long password');
    await bob.page.getByRole('button', { name: 'Change password' }).click();
    await bob.page.getByText('The password is changed').waitFor();
    assert.deepEqual(
      ann.complaints
        .concat(cyd.complaints)
        .filter((complaint) => !/415 \(Unsupported Media Type\).*\/avatar/.test(complaint)),
      [],
    );
    await visit(bob, server.url, '/settings/account');
    await bob.page.getByRole('button', { name: 'Delete account' }).click();
    await dialog(bob).getByLabel('Password', { exact: true }).fill('another long password');
    await dialog(bob).getByRole('button', { name: 'Delete for ever' }).click();
    await bob.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await visit(ann, server.url, '/people');
    await ann.page.locator('.people', { hasText: '@cyd' }).waitFor();
    assert.equal(await ann.page.locator('.people', { hasText: '@bob' }).count(), 0);
  },
);

/** In the room that is shown: the address of a hook is shown once, and renewed. */
async function renewHook(keeper: Person): Promise<void> {
  const { page } = keeper;
  const post = async (url: string) => (await fetch(url, { method: 'POST', body: '{"text":"x"}' })).status;
  const readAddress = async () => {
    const address = await page.locator('.secrets code').first().textContent();
    await page.getByRole('button', { name: 'Done' }).click();
    return address ?? '';
  };
  await page.getByRole('button', { name: 'What to do with this room' }).click();
  await page.getByRole('menuitem', { name: 'Hooks' }).click();
  await dialog(keeper).getByLabel('Its name here').fill('Builds');
  await dialog(keeper).getByRole('button', { name: 'New hook' }).first().click();
  const former = await readAddress();
  assert.equal(await post(former), 200);
  await page.getByRole('button', { name: 'New address for Builds' }).click();
  await page.getByRole('button', { name: 'New address', exact: true }).click();
  const renewed = await readAddress();
  assert.deepEqual([await post(renewed), await post(former)], [200, 404]);
  await page.getByRole('button', { name: 'Remove Builds' }).click();
  await page.getByRole('button', { name: 'Remove Builds' }).waitFor({ state: 'detached' });
  await page.keyboard.press('Escape');
}
