/** Reads the tag on a machine with the phone's camera, where the browser can read codes. */

const scan = document.querySelector("[data-scan]");
const EVERY_MS = 250;

async function begin() {
  const preview = part("preview");
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch {
    part("problem").hidden = false;
    return;
  }
  part("live").hidden = false;
  preview.srcObject = stream;
  await preview.play();
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  const looking = setInterval(async () => {
    const [found] = await detector.detect(preview).catch(() => []);
    if (!found) return;
    stop();
    const here = new URL("/ask", location.href);
    new URLSearchParams(location.search).forEach((value, name) => here.searchParams.set(name, value));
    here.searchParams.set("asset", found.rawValue);
    location.assign(here);
  }, EVERY_MS);

  function stop() {
    clearInterval(looking);
    for (const track of stream.getTracks()) track.stop();
    part("live").hidden = true;
  }
  part("stop").addEventListener("click", stop, { once: true });
}

function part(name) {
  return scan.querySelector(`[data-part="${name}"]`);
}

if (scan && "BarcodeDetector" in window && navigator.mediaDevices?.getUserMedia) {
  const formats = await BarcodeDetector.getSupportedFormats().catch(() => []);
  scan.hidden = !formats.includes("qr_code");
  part("begin").addEventListener("click", begin);
}
