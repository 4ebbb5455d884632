/** What is on this device, to look at and to make room. */
import { Dialog } from "../../ui/dialog";
import { DeviceList } from "./device-list";
import { loadDeviceWords, useDeviceWords } from "./device-words";

/** The dialog, once its words are there. */
export async function loadDeviceDialog() {
  await loadDeviceWords();
  return { default: DeviceDialog };
}

function DeviceDialog({ onClose }: { onClose: () => void }) {
  const text = useDeviceWords();
  return (
    <Dialog light title={text.title} closeLabel={text.close} onClose={onClose}>
      <div className="device-body">
        <DeviceList />
      </div>
    </Dialog>
  );
}
