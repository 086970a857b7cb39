using SmartCityIoT.Telemetry;

namespace SmartCityIoT.Devices.Provisioning;

/// <summary>A write that the registry refuses. Nothing of it was done; the message is one line for the person who asked.</summary>
public abstract class DeviceRegistryException(string message) : Exception(message);

/// <summary>A member of the request is wrong (HTTP 400).</summary>
/// <param name="member">The member as it is called on the API: "id", "site.latitude", …</param>
public sealed class DeviceInputException(string member, string message) : DeviceRegistryException(message)
{
    public string Member { get; } = member;
}

/// <summary>The request contradicts what is registered (HTTP 409).</summary>
/// <param name="member">The member that contradicts, as it is called on the API.</param>
public sealed class DeviceConflictException(string member, string message) : DeviceRegistryException(message)
{
    public string Member { get; } = member;
}

/// <summary>What the request is about is not registered (HTTP 404).</summary>
public abstract class NotRegisteredException(string message) : DeviceRegistryException(message);

/// <summary>The device of the request is not provisioned.</summary>
public sealed class DeviceNotFoundException(ulong device)
    : NotRegisteredException($"device {DeviceId.Format(device)} is not provisioned")
{
    public ulong Device { get; } = device;
}

/// <summary>The gateway of the request is not registered.</summary>
public sealed class GatewayNotFoundException(string gateway) : NotRegisteredException($"gateway '{gateway}' is not registered")
{
    public string Gateway { get; } = gateway;
}

/// <summary>The device of the request has no command of that number.</summary>
public sealed class CommandNotFoundException(ulong device, long number)
    : NotRegisteredException($"device {DeviceId.Format(device)} has no command {number}")
{
    public long Number { get; } = number;
}

/// <summary>The registry's files cannot be used; the message is one line that says which and why.</summary>
public sealed class DevicesUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
