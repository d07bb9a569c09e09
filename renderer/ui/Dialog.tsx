import type { ReactNode } from 'react';
import { Dialog as AriaDialog } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';

export interface DialogProps {
  readonly title: string;
  readonly children: ReactNode;
  /** Called by Escape, a press outside, or a button of the dialog. */
  readonly onClose: () => void;
  readonly role?: 'dialog' | 'alertdialog';
}

/** A question or a detail above the page; the page waits. Mount it to open it. */
export function Dialog({ title, children, onClose, role = 'dialog' }: DialogProps) {
  return (
    <ModalOverlay className="dialog-scrim" isOpen isDismissable={role === 'dialog'} onOpenChange={onClose}>
      <Modal className="dialog-frame">
        <AriaDialog className="dialog" role={role}>
          <Heading slot="title" className="dialog__title" level={2}>
            {title}
          </Heading>
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

/** The row of verbs that ends a dialog. */
export function DialogActions({ children }: { readonly children: ReactNode }) {
  return <div className="dialog__actions">{children}</div>;
}
