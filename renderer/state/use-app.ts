import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import type { Actions } from './actions.ts';
import type { AppState } from './model.ts';
import type { AppStore } from './store.ts';

export interface App {
  readonly store: AppStore;
  readonly actions: Actions;
}

export const AppContext = createContext<App | null>(null);

function useAppContext(): App {
  const app = useContext(AppContext);
  if (!app) throw new Error('A screen was rendered outside of AppContext');
  return app;
}

/** One narrow value of the state; the component renders again only when it changes. */
export function useApp<Value>(select: (state: AppState) => Value): Value {
  return useStore(useAppContext().store, select);
}

/** A list or an object picked from the state; compared one level deep. */
export function useAppShallow<Value>(select: (state: AppState) => Value): Value {
  return useStore(useAppContext().store, useShallow(select));
}

export function useActions(): Actions {
  return useAppContext().actions;
}
