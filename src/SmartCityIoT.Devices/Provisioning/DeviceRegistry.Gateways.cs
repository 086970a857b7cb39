using Microsoft.EntityFrameworkCore;
using SmartCityIoT.Devices.Database;
using SmartCityIoT.Devices.Database.Rows;

namespace SmartCityIoT.Devices.Provisioning;

public sealed partial class DeviceRegistry
{
    /// <summary>Registers a gateway with the devices that it speaks for, and gives it its first secret.</summary>
    public Task<ProvisionedGateway> AddGatewayAsync(NewGateway gateway, string actor, CancellationToken cancellation)
    {
        InputRules.Gateway(gateway);
        return WriteAsync(
            actor,
            async write =>
            {
                if (await write.Context.Gateways.FindAsync([gateway.Name], cancellation).ConfigureAwait(false) is not null)
                {
                    throw new DeviceConflictException("name", $"gateway '{gateway.Name}' is registered already");
                }

                write.Rows.Add(new GatewayRow { Name = gateway.Name, Text = gateway.Text, CreatedAt = write.Now });
                var list = new GatewayList(write, gateway.Name, []);
                await list.SetAsync(gateway.Devices, cancellation).ConfigureAwait(false);
                var given = SecretIssue.ToGateway(write, gateway.Name, key);
                write.Audit.Add("gateway.add", AuditSubject.Gateway(gateway.Name), json =>
                {
                    json.WriteString("text", gateway.Text);
                    list.WriteTo(json);
                    json.WriteNumber("credential", given.Credential);
                });
                return given;
            },
            cancellation);
    }

    /// <summary>From now on the gateway speaks for these devices and no others.</summary>
    public Task SetGatewayDevicesAsync(string gateway, IReadOnlyList<ulong> devices, string actor, CancellationToken cancellation) =>
        ChangeGatewayAsync(gateway, actor, list => list.SetAsync(devices, cancellation), cancellation);

    /// <summary>The gateway speaks for these devices too; those that it lists already may be among them.</summary>
    public Task AddGatewayDevicesAsync(string gateway, IReadOnlyList<ulong> devices, string actor, CancellationToken cancellation) =>
        ChangeGatewayAsync(gateway, actor, list => list.AddAsync(devices, cancellation), cancellation);

    /// <summary>The gateway speaks for these devices no longer. Each must be in its list.</summary>
    public Task RemoveGatewayDevicesAsync(string gateway, IReadOnlyList<ulong> devices, string actor, CancellationToken cancellation) =>
        ChangeGatewayAsync(gateway, actor, list => list.RemoveAsync(devices, cancellation), cancellation);

    /// <summary>Gives the gateway another secret. The ones it has stay valid until they are revoked.</summary>
    public Task<ProvisionedGateway> IssueGatewayCredentialAsync(string gateway, string actor, CancellationToken cancellation) =>
        WriteAsync(
            actor,
            async write =>
            {
                await DemandGatewayAsync(write, gateway, cancellation).ConfigureAwait(false);
                var given = SecretIssue.ToGateway(write, gateway, key);
                write.Audit.Add("credential.issue", AuditSubject.Gateway(gateway), json => json.WriteNumber("credential", given.Credential));
                return given;
            },
            cancellation);

    /// <summary>From now on the secret of that number opens nothing, and what it opened stands no longer.</summary>
    public Task RevokeGatewayCredentialAsync(string gateway, long credential, string actor, CancellationToken cancellation) =>
        WriteAsync(
            actor,
            async write =>
            {
                _ = await write.Context.Gateways.FindAsync([gateway], cancellation).ConfigureAwait(false) ?? throw new GatewayNotFoundException(gateway);
                var row = await write.Context.GatewayCredentials
                    .SingleOrDefaultAsync(each => each.Number == credential && each.Gateway == gateway, cancellation).ConfigureAwait(false)
                    ?? throw new DeviceInputException("credential", $"gateway '{gateway}' has no credential {credential}");
                if (row.RevokedAt is not null)
                {
                    throw new DeviceConflictException("credential", $"credential {credential} of gateway '{gateway}' is revoked already");
                }

                row.RevokedAt = write.Now;
                write.Audit.Add("credential.revoke", AuditSubject.Gateway(gateway), json => json.WriteNumber("credential", credential));
                return row;
            },
            cancellation);

    /// <summary>Takes the gateway out of use for good: its login is refused. Its devices stay as they are.</summary>
    public Task RetireGatewayAsync(string gateway, string actor, CancellationToken cancellation) =>
        WriteAsync(
            actor,
            async write =>
            {
                var row = await DemandGatewayAsync(write, gateway, cancellation).ConfigureAwait(false);
                row.RetiredAt = write.Now;
                write.Audit.Add("gateway.retire", AuditSubject.Gateway(gateway), json => json.WriteNumber("at", write.Now));
                return row;
            },
            cancellation);

    /// <summary>A gateway with its devices and credentials, or null.</summary>
    public async Task<GatewayRecord?> FindGatewayAsync(string gateway, CancellationToken cancellation)
    {
        var context = contexts.Create();
        await using (context.ConfigureAwait(false))
        {
            var row = await context.Gateways.AsNoTracking().SingleOrDefaultAsync(each => each.Name == gateway, cancellation).ConfigureAwait(false);
            if (row is null) return null;

            var devices = await GatewayList.ReadAsync(context, gateway, cancellation).ConfigureAwait(false);
            var credentials = await context.GatewayCredentials
                .Where(credential => credential.Gateway == gateway)
                .OrderBy(credential => credential.Number)
                .Select(credential => new CredentialRecord(credential.Number, credential.CreatedAt, credential.RevokedAt))
                .ToListAsync(cancellation).ConfigureAwait(false);
            return new GatewayRecord(row.Name, row.Text, row.CreatedAt, row.RetiredAt, devices, credentials);
        }
    }

    private Task<GatewayList> ChangeGatewayAsync(string gateway, string actor, Func<GatewayList, Task> change, CancellationToken cancellation) =>
        WriteAsync(
            actor,
            async write =>
            {
                await DemandGatewayAsync(write, gateway, cancellation).ConfigureAwait(false);
                var list = new GatewayList(write, gateway, await GatewayList.ReadAsync(write.Context, gateway, cancellation).ConfigureAwait(false));
                await change(list).ConfigureAwait(false);
                // Nothing to do is no write: no row that says so.
                if (list.IsChanged) write.Audit.Add("gateway.devices", AuditSubject.Gateway(gateway), list.WriteTo);
                return list;
            },
            cancellation);

    /// <summary>The gateway, which must be registered and not retired.</summary>
    private static async Task<GatewayRow> DemandGatewayAsync(RegistryWrite write, string gateway, CancellationToken cancellation)
    {
        var row = await write.Context.Gateways.FindAsync([gateway], cancellation).ConfigureAwait(false) ?? throw new GatewayNotFoundException(gateway);
        return row.RetiredAt is null ? row : throw new DeviceConflictException("name", $"gateway '{gateway}' is retired");
    }
}
