/** The service worker: the client starts without a network, and takes a new version when nobody is writing. */
import { t } from './i18n/i18n.ts';
import { toast } from './ui/toasts.tsx';

const WORKER = '/app/sw.js';

type Policy = { createScriptURL(url: string): string };
type Factory = { createPolicy(name: string, rules: Policy): Policy };

/** The one script address that Trusted Types let through. */
function workerUrl(): string {
  const { trustedTypes } = globalThis as { trustedTypes?: Factory };
  return trustedTypes?.createPolicy('koine', { createScriptURL: () => WORKER }).createScriptURL(WORKER) ?? WORKER;
}

export function registerWorker(): void {
  if (!('serviceWorker' in navigator) || !import.meta.env.PROD) return;
  const isUpdate = navigator.serviceWorker.controller !== null;
  navigator.serviceWorker.register(workerUrl(), { scope: '/app/' }).then(
    (registration) => {
      registration.addEventListener('updatefound', () => {
        const next = registration.installing;
        next?.addEventListener('statechange', () => {
          if (next.state === 'installed' && isUpdate) offer(next);
        });
      });
    },
    () => {},
  );
}

function offer(next: ServiceWorker): void {
  toast(t('newVersion'), {
    text: t('reload'),
    run: () => {
      navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
      next.postMessage('take-over');
    },
  });
}
