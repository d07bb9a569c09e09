import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import type { Root } from 'react-dom/client';
import type { RunningApp } from '../../state/start.ts';
import { AppContext } from '../../state/use-app.ts';
import { App } from './App.tsx';

/** Calls `work` once the frame that shows the current state is on screen. A hidden window paints nothing: then at once. */
function afterPaint(work: () => void): void {
  if (document.hidden) {
    setTimeout(work, 0);
    return;
  }
  requestAnimationFrame(() => {
    setTimeout(work, 0);
  });
}

/**
 * Shows the app in `element`, and once the first snapshot is painted reports how long that took and lets the rest load.
 */
export function mount(element: Element, app: RunningApp): Root {
  const root = createRoot(element);
  root.render(
    <StrictMode>
      <AppContext value={app}>
        <App />
      </AppContext>
    </StrictMode>,
  );
  void app.ready.then(() => {
    afterPaint(() => {
      void app.actions.painted(performance.now());
      app.afterFirstPaint();
    });
    return undefined;
  });
  return root;
}
