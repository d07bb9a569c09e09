import type { LucideIcon } from 'lucide-react';

export interface RailItem<Id extends string> {
  readonly id: Id;
  readonly label: string;
  readonly icon: LucideIcon;
  readonly shortcut: string;
  /** Something new there, in words for a screen reader; null = nothing. */
  readonly count: { readonly value: number; readonly words: string } | null;
}

export interface RailProps<Id extends string> {
  readonly label: string;
  readonly items: readonly RailItem<Id>[];
  readonly current: Id;
  readonly onChoose: (id: Id) => void;
}

/** Where one can go: words on a wide window, icons on a narrower one, tabs at the bottom of the narrowest. */
export function Rail<Id extends string>({ label, items, current, onChoose }: RailProps<Id>) {
  return (
    <nav className="rail" aria-label={label}>
      {items.map(({ id, label: name, icon: Icon, shortcut, count }) => (
        <button
          key={id}
          type="button"
          className="rail__item"
          aria-current={id === current ? 'page' : undefined}
          aria-keyshortcuts={shortcut.replace(' ', '+')}
          title={`${name} (${shortcut})`}
          onClick={() => onChoose(id)}
        >
          <Icon size={18} aria-hidden />
          <span className="rail__label">{name}</span>
          {count && (
            <span className="rail__count">
              <span aria-hidden>{count.value}</span>
              <span className="visually-hidden">{count.words}</span>
            </span>
          )}
        </button>
      ))}
    </nav>
  );
}
