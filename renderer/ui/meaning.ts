import { CircleAlert, CircleCheck, CircleDot, Info, TriangleAlert } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';

/** The four meanings colour may have, and none. Each always comes with its icon or a word. */
export type Meaning = 'good' | 'attention' | 'danger' | 'information' | 'neutral';

export const MEANING_ICON: Readonly<Record<Meaning, LucideIcon>> = {
  good: CircleCheck,
  attention: TriangleAlert,
  danger: CircleAlert,
  information: Info,
  neutral: CircleDot,
};
