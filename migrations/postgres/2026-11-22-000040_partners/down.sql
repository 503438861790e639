DROP TABLE cap_tasks;
DROP TABLE partner_links;
DROP TABLE partner_tokens;
