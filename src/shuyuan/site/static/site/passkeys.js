// Passkeys: a form with data-passkey asks the browser for a key before it is sent.
// "login" fetches what to sign from its own address, "use" and "add" find it in the page.
"use strict";

document.querySelectorAll("form[data-passkey]").forEach((form) => {
  const usable = window.PublicKeyCredential && window.webauthnJSON && webauthnJSON.supported();
  form.hidden = !usable;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const trouble = form.querySelector("[data-trouble]");
    trouble.hidden = true;
    try {
      let asked;
      if (form.dataset.passkey === "login") {
        const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
        asked = (await answer.json()).request_options;
      } else {
        const told = JSON.parse(document.getElementById("js_data").textContent);
        asked = told.creation_options || told.request_options;
      }
      if (form.dataset.passkey === "add") {
        Object.assign(asked.publicKey.authenticatorSelection ||= {}, {
          residentKey: "required", requireResidentKey: true, userVerification: "required",
        });
      }
      const key = form.dataset.passkey === "add" ? await webauthnJSON.create(asked) : await webauthnJSON.get(asked);
      form.elements.credential.value = JSON.stringify(key);
      form.submit();
    } catch {
      trouble.hidden = false; // cancelled, or no key fits: the other ways in are still on the page
    }
  });
});
