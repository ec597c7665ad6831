/* Fills longitude, latitude and accuracy from the phone. The page works without it: the button stays hidden. */
(function () {
  "use strict";
  var button = document.getElementById("locate"), says = document.getElementById("locate-says");
  if (!button || !navigator.geolocation || !window.isSecureContext) return;
  function say(words) { says.textContent = words; says.hidden = false; }
  function fill(name, value) { document.querySelector('[name="' + name + '"]').value = value; }
  function found(position) {
    fill("lon", position.coords.longitude.toFixed(6));
    fill("lat", position.coords.latitude.toFixed(6));
    fill("accuracy_m", Math.max(1, Math.round(position.coords.accuracy)));
    fill("source", "device");
    button.disabled = false;
    say(button.dataset.done);
  }
  function failed() { button.disabled = false; say(button.dataset.failed); }
  button.hidden = false;
  button.addEventListener("click", function () {
    button.disabled = true;
    say(button.dataset.wait);
    navigator.geolocation.getCurrentPosition(found, failed, { enableHighAccuracy: true, timeout: 30000, maximumAge: 0 });
  });
})();
