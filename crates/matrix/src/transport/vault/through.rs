//! The store of keys as the library sees it: all that is not asked for is the inner store's.

use std::collections::HashMap;

use matrix_sdk::{
    SqliteCryptoStore, async_trait,
    cross_process_lock::CrossProcessLockGeneration,
    ruma::{
        DeviceId, OwnedDeviceId, RoomId, TransactionId, UserId, events::secret::request::SecretName,
    },
};
use matrix_sdk_base::crypto::{
    Account, DeviceData, GossipRequest, SecretInfo, Session, TrackedUser, UserIdentityData,
    olm::{
        Curve25519PublicKey, InboundGroupSession, OlmMessageHash, OutboundGroupSession,
        PrivateCrossSigningIdentity, SenderDataType,
    },
    store::{
        CryptoStore,
        types::{
            BackupKeys, Changes, DehydratedDeviceKey, PendingChanges, RoomKeyCounts,
            RoomKeyWithheldEntry, RoomPendingKeyBundleDetails, RoomSettings,
            StoredRoomKeyBundleData,
        },
    },
};
use zeroize::Zeroizing;

use super::{Kept, Vault};

#[async_trait]
impl CryptoStore for Vault {
    type Error = <SqliteCryptoStore as CryptoStore>::Error;

    async fn load_account(&self) -> Kept<Option<Account>> {
        self.inner.load_account().await
    }

    async fn load_identity(&self) -> Kept<Option<PrivateCrossSigningIdentity>> {
        self.inner.load_identity().await
    }

    async fn save_changes(&self, changes: Changes) -> Kept<()> {
        self.save(changes).await
    }

    async fn save_pending_changes(&self, changes: PendingChanges) -> Kept<()> {
        self.inner.save_pending_changes(changes).await
    }

    async fn save_inbound_group_sessions(
        &self,
        sessions: Vec<InboundGroupSession>,
        backed_up_to_version: Option<&str>,
    ) -> Kept<()> {
        self.inner.save_inbound_group_sessions(sessions, backed_up_to_version).await
    }

    async fn get_sessions(&self, sender_key: &str) -> Kept<Option<Vec<Session>>> {
        self.inner.get_sessions(sender_key).await
    }

    async fn get_inbound_group_session(
        &self,
        room_id: &RoomId,
        session_id: &str,
    ) -> Kept<Option<InboundGroupSession>> {
        self.inner.get_inbound_group_session(room_id, session_id).await
    }

    async fn get_withheld_info(
        &self,
        room_id: &RoomId,
        session_id: &str,
    ) -> Kept<Option<RoomKeyWithheldEntry>> {
        self.inner.get_withheld_info(room_id, session_id).await
    }

    async fn get_withheld_sessions_by_room_id(
        &self,
        room_id: &RoomId,
    ) -> Kept<Vec<RoomKeyWithheldEntry>> {
        self.inner.get_withheld_sessions_by_room_id(room_id).await
    }

    async fn get_inbound_group_sessions(&self) -> Kept<Vec<InboundGroupSession>> {
        self.inner.get_inbound_group_sessions().await
    }

    async fn inbound_group_session_counts(
        &self,
        backup_version: Option<&str>,
    ) -> Kept<RoomKeyCounts> {
        self.inner.inbound_group_session_counts(backup_version).await
    }

    async fn get_inbound_group_sessions_by_room_id(
        &self,
        room_id: &RoomId,
    ) -> Kept<Vec<InboundGroupSession>> {
        self.inner.get_inbound_group_sessions_by_room_id(room_id).await
    }

    async fn get_inbound_group_sessions_for_device_batch(
        &self,
        curve_key: Curve25519PublicKey,
        sender_data_type: SenderDataType,
        after_session_id: Option<String>,
        limit: usize,
    ) -> Kept<Vec<InboundGroupSession>> {
        self.inner
            .get_inbound_group_sessions_for_device_batch(
                curve_key,
                sender_data_type,
                after_session_id,
                limit,
            )
            .await
    }

    async fn inbound_group_sessions_for_backup(
        &self,
        backup_version: &str,
        limit: usize,
    ) -> Kept<Vec<InboundGroupSession>> {
        self.inner.inbound_group_sessions_for_backup(backup_version, limit).await
    }

    async fn mark_inbound_group_sessions_as_backed_up(
        &self,
        backup_version: &str,
        room_and_session_ids: &[(&RoomId, &str)],
    ) -> Kept<()> {
        self.inner
            .mark_inbound_group_sessions_as_backed_up(backup_version, room_and_session_ids)
            .await
    }

    async fn reset_backup_state(&self) -> Kept<()> {
        self.inner.reset_backup_state().await
    }

    async fn load_backup_keys(&self) -> Kept<BackupKeys> {
        self.inner.load_backup_keys().await
    }

    async fn load_dehydrated_device_pickle_key(&self) -> Kept<Option<DehydratedDeviceKey>> {
        self.inner.load_dehydrated_device_pickle_key().await
    }

    async fn delete_dehydrated_device_pickle_key(&self) -> Kept<()> {
        self.inner.delete_dehydrated_device_pickle_key().await
    }

    async fn get_outbound_group_session(
        &self,
        room_id: &RoomId,
    ) -> Kept<Option<OutboundGroupSession>> {
        self.inner.get_outbound_group_session(room_id).await
    }

    async fn load_tracked_users(&self) -> Kept<Vec<TrackedUser>> {
        self.inner.load_tracked_users().await
    }

    async fn save_tracked_users(&self, users: &[(&UserId, bool)]) -> Kept<()> {
        self.inner.save_tracked_users(users).await
    }

    async fn get_device(&self, user_id: &UserId, device_id: &DeviceId) -> Kept<Option<DeviceData>> {
        self.inner.get_device(user_id, device_id).await
    }

    async fn get_user_devices(&self, user_id: &UserId) -> Kept<HashMap<OwnedDeviceId, DeviceData>> {
        self.inner.get_user_devices(user_id).await
    }

    async fn get_own_device(&self) -> Kept<DeviceData> {
        self.inner.get_own_device().await
    }

    async fn get_user_identity(&self, user_id: &UserId) -> Kept<Option<UserIdentityData>> {
        self.inner.get_user_identity(user_id).await
    }

    async fn is_message_known(&self, message_hash: &OlmMessageHash) -> Kept<bool> {
        self.inner.is_message_known(message_hash).await
    }

    async fn get_outgoing_secret_requests(
        &self,
        request_id: &TransactionId,
    ) -> Kept<Option<GossipRequest>> {
        self.inner.get_outgoing_secret_requests(request_id).await
    }

    async fn get_secret_request_by_info(
        &self,
        secret_info: &SecretInfo,
    ) -> Kept<Option<GossipRequest>> {
        self.inner.get_secret_request_by_info(secret_info).await
    }

    async fn get_unsent_secret_requests(&self) -> Kept<Vec<GossipRequest>> {
        self.inner.get_unsent_secret_requests().await
    }

    async fn delete_outgoing_secret_requests(&self, request_id: &TransactionId) -> Kept<()> {
        self.close(request_id).await
    }

    async fn get_secrets_from_inbox(
        &self,
        secret_name: &SecretName,
    ) -> Kept<Vec<Zeroizing<String>>> {
        self.inner.get_secrets_from_inbox(secret_name).await
    }

    async fn delete_secrets_from_inbox(&self, secret_name: &SecretName) -> Kept<()> {
        self.inner.delete_secrets_from_inbox(secret_name).await
    }

    async fn get_room_settings(&self, room_id: &RoomId) -> Kept<Option<RoomSettings>> {
        self.inner.get_room_settings(room_id).await
    }

    async fn get_received_room_key_bundle_data(
        &self,
        room_id: &RoomId,
        user_id: &UserId,
    ) -> Kept<Option<StoredRoomKeyBundleData>> {
        self.inner.get_received_room_key_bundle_data(room_id, user_id).await
    }

    async fn get_pending_key_bundle_details_for_room(
        &self,
        room_id: &RoomId,
    ) -> Kept<Option<RoomPendingKeyBundleDetails>> {
        self.inner.get_pending_key_bundle_details_for_room(room_id).await
    }

    async fn get_all_rooms_pending_key_bundles(&self) -> Kept<Vec<RoomPendingKeyBundleDetails>> {
        self.inner.get_all_rooms_pending_key_bundles().await
    }

    async fn has_downloaded_all_room_keys(&self, room_id: &RoomId) -> Kept<bool> {
        self.inner.has_downloaded_all_room_keys(room_id).await
    }

    async fn get_custom_value(&self, key: &str) -> Kept<Option<Vec<u8>>> {
        self.inner.get_custom_value(key).await
    }

    async fn set_custom_value(&self, key: &str, value: Vec<u8>) -> Kept<()> {
        self.inner.set_custom_value(key, value).await
    }

    async fn remove_custom_value(&self, key: &str) -> Kept<()> {
        self.inner.remove_custom_value(key).await
    }

    async fn try_take_leased_lock(
        &self,
        lease_duration_ms: u32,
        key: &str,
        holder: &str,
    ) -> Kept<Option<CrossProcessLockGeneration>> {
        self.inner.try_take_leased_lock(lease_duration_ms, key, holder).await
    }

    async fn next_batch_token(&self) -> Kept<Option<String>> {
        self.inner.next_batch_token().await
    }

    async fn close(&self) -> Kept<()> {
        self.inner.close().await
    }

    async fn reopen(&self) -> Kept<()> {
        self.inner.reopen().await
    }

    async fn get_size(&self) -> Kept<Option<usize>> {
        self.inner.get_size().await
    }
}
