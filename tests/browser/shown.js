// What the window shows, or nothing while a page is on its way.
if (document.readyState !== "complete" || window.onItsWay) return null;
const [{ responseStatus, redirectCount }] = performance.getEntriesByType("navigation");
const text = document.documentElement.outerHTML;
return { address: location.href, status: responseStatus, redirected: redirectCount > 0, text };
