using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using SmartCityIoT.Devices.Downlink;
using SmartCityIoT.Devices.Seen;

namespace SmartCityIoT.Devices.Database;

/// <summary>For Entity Framework, which those who read the file with plain SQL are not to load.</summary>
internal sealed class LifecycleConverter() : ValueConverter<Lifecycle, string>(value => LifecycleText.Format(value), text => LifecycleText.Parse(text));

/// <summary>As <see cref="LifecycleConverter"/>.</summary>
internal sealed class SeenViaConverter() : ValueConverter<SeenVia, string>(value => SeenViaText.Format(value), text => SeenViaText.Parse(text));

/// <summary>As <see cref="LifecycleConverter"/>.</summary>
internal sealed class CommandStateConverter() : ValueConverter<CommandState, string>(value => CommandStateText.Format(value), text => CommandStateText.Parse(text));
