/** The common parts of all ways in. */
import '../styles/gate.css';
import { Problem } from '@koine/client';
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { communityName } from '../community.ts';
import { explain, explainField } from '../koine.ts';
import { connect } from '../session.ts';
import { CommunityLogo } from '../ui/community-logo.tsx';
import { Icon } from '../ui/icon.tsx';
import { useTitle } from '../ui/use-title.ts';

type GateProps = { readonly title: string; readonly text: string; readonly children?: ComponentChildren };

export function Gate({ title, text, children }: GateProps) {
  useTitle(title);
  return (
    <div class="gate">
      <main>
        <div class="brand">
          <CommunityLogo size={52} />
          {communityName()}
        </div>
        <div>
          <h1>{title}</h1>
          <p>{text}</p>
        </div>
        {children}
      </main>
    </div>
  );
}

/** Submits a form: what failed is said above it, or beside the field that is meant. `code`: of the failure. */
export function useSubmit(work: () => Promise<unknown>) {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const [code, setCode] = useState<string | null>(null);
  const [wrong, setWrong] = useState<Readonly<Record<string, string>>>({});
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setFailure(null);
    setCode(null);
    setWrong({});
    try {
      await work();
      await connect();
    } catch (error) {
      const errors = error instanceof Problem ? (error.details.errors ?? []) : [];
      setWrong(
        Object.fromEntries(errors.map((issue) => [(issue.pointer ?? '').replace(/^.*\//, ''), explainField(issue)])),
      );
      if (error instanceof Problem) setCode(error.code);
      if (errors.length === 0) setFailure(explain(error));
    }
    setBusy(false);
  };
  return { isBusy, failure, code, wrong, submit };
}

export function Failure({ text }: { readonly text: string | null }) {
  return (
    <div role="alert">
      {text !== null && (
        <p class="notice">
          <Icon name="circle-alert" />
          {text}
        </p>
      )}
    </div>
  );
}
