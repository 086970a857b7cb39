using Microsoft.EntityFrameworkCore;
using SmartCityIoT.Devices.Database;
using SmartCityIoT.Telemetry;

namespace SmartCityIoT.Devices.Provisioning;

public sealed partial class DeviceRegistry
{
    /// <summary>Gives the device another secret. The ones it has stay valid until they are revoked, so that a change needs no visit at the right minute.</summary>
    public async Task<ProvisionedDevice> IssueCredentialAsync(ulong device, string actor, CancellationToken cancellation) =>
        (await IssueCredentialsAsync([device], actor, cancellation).ConfigureAwait(false))[0];

    /// <summary>Gives each of the devices another secret, or none of them any when one is not provisioned or retired.</summary>
    /// <returns>The secrets, in the order of <paramref name="devices"/>.</returns>
    public Task<IReadOnlyList<ProvisionedDevice>> IssueCredentialsAsync(
        IReadOnlyList<ulong> devices, string actor, CancellationToken cancellation) =>
        WriteAsync<IReadOnlyList<ProvisionedDevice>>(
            actor,
            async write =>
            {
                var issued = new List<ProvisionedDevice>(devices.Count);
                foreach (var device in devices)
                {
                    await DemandAsync(write, device, cancellation).ConfigureAwait(false);
                    var given = SecretIssue.ToDevice(write, device, key);
                    write.Audit.Add("credential.issue", AuditSubject.Device(device), json => json.WriteNumber("credential", given.Credential));
                    issued.Add(given);
                }

                return issued;
            },
            cancellation);

    /// <summary>From now on the secret of that number opens nothing, and what it opened stands no longer.</summary>
    public Task RevokeCredentialAsync(ulong device, long credential, string actor, CancellationToken cancellation) =>
        WriteAsync(
            actor,
            async write =>
            {
                var id = DeviceId.Format(device);
                if (await write.Context.Devices.FindAsync([id], cancellation).ConfigureAwait(false) is null)
                {
                    throw new DeviceNotFoundException(device);
                }

                var row = await write.Context.Credentials
                    .SingleOrDefaultAsync(each => each.Number == credential && each.Device == id, cancellation).ConfigureAwait(false)
                    ?? throw new DeviceInputException("credential", $"device {id} has no credential {credential}");
                if (row.RevokedAt is not null)
                {
                    throw new DeviceConflictException("credential", $"credential {credential} of device {id} is revoked already");
                }

                row.RevokedAt = write.Now;
                write.Audit.Add("credential.revoke", AuditSubject.Device(device), json => json.WriteNumber("credential", credential));
                return row;
            },
            cancellation);
}
