/** Whether the window has room for the sidebar beside a screen. The styles have the same border. */
import { signal } from '@preact/signals';

const query = matchMedia('(width >= 48rem)');

export const isWide = signal(query.matches);

query.addEventListener('change', ({ matches }) => {
  isWide.value = matches;
});
