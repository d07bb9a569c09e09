import { useId } from 'react';
import type { ReactNode } from 'react';

/** A named group of settings. */
export function SettingsSection({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const id = useId();
  return (
    <section className="settings__section" aria-labelledby={id}>
      <h2 className="section-title" id={id}>
        {title}
      </h2>
      <div className="settings__fields">{children}</div>
    </section>
  );
}
