"""The log: who did what, when, and that nobody changed it afterwards."""

from django.apps import AppConfig

from wbk_portal.common import guards


class AuditConfig(AppConfig):
    """Chains of entries; the app that also keeps the database's guards in place."""

    name = "wbk_portal.audit"
    label = "audit"

    def ready(self) -> None:
        """Guard the log, and let guards come back after every migration."""
        guards.register(
            guards.append_only("audit_entry", "audit_auditentry"),
            guards.append_only(
                "audit_payload",
                "audit_auditpayload",
                allow_update=["withheld", "erased_at"],
                allow_clear=["data", "salt"],
            ),
            guards.no_delete("audit_chain", "audit_chain"),
            guards.refuse(
                "audit_chain_forward",
                "audit_chain",
                "UPDATE",
                "NEW.key <> OLD.key OR NEW.head_seq < OLD.head_seq"
                " OR (NEW.head_seq = OLD.head_seq AND NEW.head_hash <> OLD.head_hash)",
            ),
        )
        guards.connect(self)
